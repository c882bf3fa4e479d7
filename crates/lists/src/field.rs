//! What a column of a list can mean.

use serde::{Serialize, Serializer};

/// The meaning of a column. Names are those of the expected-result format (`CODES.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Running number.
    Stt,
    /// Full name.
    FullName,
    /// Family and middle names, when the given name has a column of its own.
    NameLast,
    /// Given name, when it has a column of its own.
    NameGiven,
    /// Date of birth.
    Birth,
    /// Sex, as a word or as a mark.
    Sex,
    /// CMND or CCCD number.
    IdNumber,
    /// Telephone.
    Phone,
    /// Hamlet or address.
    Address,
    /// Name of the head of the household.
    HouseholdHead,
    /// Relation to the head of the household.
    Relation,
    /// Number of persons the amount is for (số khẩu).
    HouseholdSize,
    /// Group of beneficiaries.
    Group,
    /// Commune.
    Unit,
    /// District.
    District,
    /// Months of support.
    Months,
    /// Rate per month or per head: never the amount.
    Rate,
    /// Amount to be paid.
    Amount,
    /// Remark.
    Note,
    /// Former job.
    Job,
    /// Name of the household business.
    Business,
    /// Tax code: a trap, looks like an identity number.
    TaxCode,
    /// Employer.
    Employer,
    /// Social insurance number: a trap.
    SocialInsurance,
    /// Date of issue of the identity paper: a trap.
    IdDate,
    /// Place of issue.
    IdPlace,
    /// First day of the suspension or similar: a trap, looks like a birth date.
    FromDate,
    /// Bank account.
    BankAccount,
    /// Room for a signature.
    Signature,
    /// Recognised as something that is not read.
    Other,
}

impl Field {
    /// Every field, in the order of a list.
    pub const ALL: [Self; 30] = [
        Self::Stt,
        Self::FullName,
        Self::NameLast,
        Self::NameGiven,
        Self::Birth,
        Self::Sex,
        Self::IdNumber,
        Self::Phone,
        Self::Address,
        Self::HouseholdHead,
        Self::Relation,
        Self::HouseholdSize,
        Self::Group,
        Self::Unit,
        Self::District,
        Self::Months,
        Self::Rate,
        Self::Amount,
        Self::Note,
        Self::Job,
        Self::Business,
        Self::TaxCode,
        Self::Employer,
        Self::SocialInsurance,
        Self::IdDate,
        Self::IdPlace,
        Self::FromDate,
        Self::BankAccount,
        Self::Signature,
        Self::Other,
    ];

    /// The stable name used in files, addresses and overrides.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stt => "stt",
            Self::FullName => "full_name",
            Self::NameLast => "name_last",
            Self::NameGiven => "name_given",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::IdNumber => "id_number",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::HouseholdHead => "household_head",
            Self::Relation => "relation",
            Self::HouseholdSize => "household_size",
            Self::Group => "group",
            Self::Unit => "unit",
            Self::District => "district",
            Self::Months => "months",
            Self::Rate => "rate",
            Self::Amount => "amount",
            Self::Note => "note",
            Self::Job => "job",
            Self::Business => "biz",
            Self::TaxCode => "mst",
            Self::Employer => "emp",
            Self::SocialInsurance => "bhxh",
            Self::IdDate => "id_date",
            Self::IdPlace => "id_place",
            Self::FromDate => "from_date",
            Self::BankAccount => "bank_account",
            Self::Signature => "sign",
            Self::Other => "other",
        }
    }

    /// The field with this stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
