//! The codes of repairs and problems (`CODES.md`) and how serious a problem is.

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The value with this code.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == code)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

codes! {
    /// A value was changed safely; the raw value is kept beside it.
    RepairCode {
        /// Text was not in normal form C.
        Nfc = "nfc",
        /// Decoded from TCVN3.
        Tcvn3 = "tcvn3",
        /// Decoded from VNI-Windows.
        Vni = "vni",
        /// Decoded from VPS.
        Vps = "vps",
        /// Letter case of a name.
        NameCase = "name_case",
        /// Superfluous or invisible spaces in a name.
        SpacesInName = "spaces_in_name",
        /// U+00D0 became Đ.
        EthToD = "eth_to_d",
        /// A CCCD got its leading zeros back.
        ZeroLost12 = "zero_lost_12",
        /// A CMND got its leading zero back.
        ZeroLost9 = "zero_lost_9",
        /// The letter O became the digit 0.
        LetterO = "letter_o",
        /// Separators taken out of an identity number.
        SpacesInId = "spaces_in_id",
        /// A trailing `.0` taken off.
        IdFloatSuffix = "id_float_suffix",
        /// A day number became a date.
        ExcelSerialDate = "excel_serial_date",
        /// A text became an amount.
        AmountText = "amount_text",
        /// Amount × 1000, because the sheet counts in thousands.
        AmountUnitThousand = "amount_unit_thousand",
        /// A text such as "3 tháng" became a number.
        MonthsText = "months_text",
        /// A telephone number got its leading zero back.
        ZeroLostPhone = "zero_lost_phone",
        /// Separators taken out of a telephone number.
        SpacesInPhone = "spaces_in_phone",
        /// An 11-digit number of before 9/2018 was converted.
        PhoneOldPrefix = "phone_old_prefix",
    }
}

codes! {
    /// Something a person has to look at, or should know.
    ProblemCode {
        /// No identity number.
        IdMissing = "id_missing",
        /// No identity number, and none is expected: a child under 14.
        IdMissingChild = "id_missing_child",
        /// Neither 9 nor 12 digits.
        IdLength = "id_length",
        /// All digits equal, or 123456789.
        IdPlaceholder = "id_placeholder",
        /// Scientific notation: digits are gone.
        SciNotationId = "sci_notation_id",
        /// The first three digits are no province.
        IdProvinceUnknown = "id_province_unknown",
        /// The number tells another year of birth.
        IdBirthMismatch = "id_birth_mismatch",
        /// The number tells the other sex.
        IdSexMismatch = "id_sex_mismatch",
        /// No date of birth.
        BirthMissing = "birth_missing",
        /// Only the year is known.
        BirthYearOnly = "birth_year_only",
        /// Only month and year are known.
        BirthMonthOnly = "birth_month_only",
        /// No such day.
        BirthImpossible = "birth_impossible",
        /// Later than the programme allows.
        BirthFuture = "birth_future",
        /// Before 1900.
        BirthTooOld = "birth_too_old",
        /// A data row without a name.
        NameMissing = "name_missing",
        /// The name was typed without diacritics.
        NameNoDiacritics = "name_no_diacritics",
        /// Letters were lost in a conversion.
        LossyFont = "lossy_font",
        /// No amount.
        AmountMissing = "amount_missing",
        /// The amount is not rate × months × persons.
        AmountNotRate = "amount_not_rate",
        /// Text that is no amount.
        AmountUnreadable = "amount_unreadable",
        /// An error value such as `#REF!`.
        FormulaErrorCell = "formula_error_cell",
        /// Months not 1 to 3.
        MonthsOutOfRange = "months_out_of_range",
        /// The group is not one of the programme.
        GroupUnknown = "group_unknown",
        /// The address names another commune.
        UnitMismatch = "unit_mismatch",
        /// The commune column names no known commune (not in `CODES.md`: our own code).
        UnitUnknown = "unit_unknown",
        /// The same identity number twice in the file.
        DuplicateInFile = "duplicate_in_file",
        /// The same name and birth date twice in the file.
        SuspectDuplicateInFile = "suspect_duplicate_in_file",
        /// No mobile number.
        PhoneInvalid = "phone_invalid",
        /// The row is hidden in the sheet.
        HiddenRow = "hidden_row",
        /// The stated total is not the sum of the rows.
        TotalMismatch = "total_mismatch",
        /// The sheet has no column for identity numbers.
        IdColumnMissing = "id_column_missing",
        /// A list without one person.
        EmptyList = "empty_list",
        /// No table in the sheet.
        NoTable = "no_table",
    }
}

/// What a problem asks of the clerk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Only to be known.
    Info,
    /// To be looked at and confirmed; the row can be committed after that.
    Check,
    /// The row cannot be committed before it is mended.
    MustFix,
}

impl ProblemCode {
    /// How serious the problem is.
    ///
    /// | severity | codes | why |
    /// |---|---|---|
    /// | must fix | `name_missing` `lossy_font` `amount_missing` `amount_not_rate` `amount_unreadable` `formula_error_cell` `months_out_of_range` `group_unknown` `birth_impossible` `duplicate_in_file` `unit_unknown` `total_mismatch` `no_table`* | nobody could be paid rightly, or twice |
    /// | check | `id_missing` `id_length` `id_placeholder` `sci_notation_id` `id_province_unknown` `id_birth_mismatch` `id_sex_mismatch` `birth_missing` `birth_future` `birth_too_old` `unit_mismatch` `suspect_duplicate_in_file` `phone_invalid` `id_column_missing` | committed after confirmation; without a usable number as "chưa có giấy tờ", not payable until one is added (Chư Păh, `relief.md` §4) |
    /// | info | `id_missing_child` `birth_year_only` `birth_month_only` `name_no_diacritics` `hidden_row` `empty_list` `no_table` | the list is what it is |
    ///
    /// \* `no_table` is information: a workbook may well have notes beside the list.
    pub fn severity(self) -> Severity {
        match self {
            Self::NameMissing
            | Self::LossyFont
            | Self::AmountMissing
            | Self::AmountNotRate
            | Self::AmountUnreadable
            | Self::FormulaErrorCell
            | Self::MonthsOutOfRange
            | Self::GroupUnknown
            | Self::BirthImpossible
            | Self::DuplicateInFile
            | Self::UnitUnknown
            | Self::TotalMismatch => Severity::MustFix,
            Self::IdMissing
            | Self::IdLength
            | Self::IdPlaceholder
            | Self::SciNotationId
            | Self::IdProvinceUnknown
            | Self::IdBirthMismatch
            | Self::IdSexMismatch
            | Self::BirthMissing
            | Self::BirthFuture
            | Self::BirthTooOld
            | Self::UnitMismatch
            | Self::SuspectDuplicateInFile
            | Self::PhoneInvalid
            | Self::IdColumnMissing => Severity::Check,
            Self::IdMissingChild
            | Self::BirthYearOnly
            | Self::BirthMonthOnly
            | Self::NameNoDiacritics
            | Self::HiddenRow
            | Self::EmptyList
            | Self::NoTable => Severity::Info,
        }
    }
}
