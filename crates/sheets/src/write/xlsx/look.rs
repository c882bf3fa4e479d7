//! How cells look, and the styles part that lists every combination once.

use std::fmt::Write as _;

/// How a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text format ("@"): identity numbers keep their zeros when somebody edits a cell.
    Text,
    /// Plain numbers.
    Number,
    /// Amounts with thousands separators.
    Money,
    /// Days as dd/mm/yyyy.
    Date,
}

const KINDS: usize = 4;

impl ColumnKind {
    /// Built-in formats of ECMA-376 part 1 §18.8.30; 164 is the first of a workbook's own.
    fn format(self) -> u16 {
        match self {
            Self::Number => 0,
            Self::Text => 49,
            Self::Money => 3,
            Self::Date => 164,
        }
    }

    fn at(self) -> usize {
        match self {
            Self::Number => 0,
            Self::Text => 1,
            Self::Money => 2,
            Self::Date => 3,
        }
    }

    fn all() -> [Self; KINDS] {
        [Self::Number, Self::Text, Self::Money, Self::Date]
    }
}

/// Letters of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Letters {
    /// As the workbook's own.
    #[default]
    Plain,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
}

/// Where the text of a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Text left, numbers right.
    #[default]
    Usual,
    /// In the middle.
    Centre,
}

/// How a cell outside the plain rows of a table looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Letters.
    pub letters: Letters,
    /// Place of the text.
    pub side: Side,
    /// Thin lines on its four sides.
    pub boxed: bool,
    /// Long text goes on in the next line of the cell.
    pub wrap: bool,
}

const LETTERS: [Letters; 3] = [Letters::Plain, Letters::Bold, Letters::Italic];
const SIDES: [Side; 2] = [Side::Usual, Side::Centre];

impl Look {
    /// Plain letters, no lines.
    pub const PLAIN: Self =
        Self { letters: Letters::Plain, side: Side::Usual, boxed: false, wrap: false };
    /// Bold.
    pub const BOLD: Self = Self { letters: Letters::Bold, ..Self::PLAIN };
    /// Italic.
    pub const ITALIC: Self = Self { letters: Letters::Italic, ..Self::PLAIN };

    /// The same in the middle.
    #[must_use]
    pub const fn centred(self) -> Self {
        Self { side: Side::Centre, ..self }
    }

    /// The same with lines around it.
    #[must_use]
    pub const fn boxed(self) -> Self {
        Self { boxed: true, ..self }
    }

    /// The same with text that goes on in the next line.
    #[must_use]
    pub const fn wrapped(self) -> Self {
        Self { wrap: true, ..self }
    }

    /// Number of the style in `styles.xml`: the place of the combination in the order in which
    /// [`styles`] writes them.
    pub(super) fn style(self, kind: ColumnKind) -> usize {
        let letters = match self.letters {
            Letters::Plain => 0,
            Letters::Bold => 1,
            Letters::Italic => 2,
        };
        let side = usize::from(self.side == Side::Centre);
        let flags = usize::from(self.boxed) * 2 + usize::from(self.wrap);
        ((letters * SIDES.len() + side) * 4 + flags) * KINDS + kind.at()
    }
}

/// The part `xl/styles.xml`.
pub(super) fn styles() -> String {
    let mut formats = String::new();
    let mut count = 0;
    for (font, letters) in LETTERS.into_iter().enumerate() {
        for side in SIDES {
            for (boxed, wrap) in [(false, false), (false, true), (true, false), (true, true)] {
                for kind in ColumnKind::all() {
                    debug_assert_eq!(Look { letters, side, boxed, wrap }.style(kind), count);
                    let _ = write!(
                        formats,
                        "<xf numFmtId=\"{}\" fontId=\"{font}\" fillId=\"0\" borderId=\"{}\" \
                         xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyBorder=\"1\" \
                         applyAlignment=\"1\"><alignment vertical=\"center\"{}{}/></xf>",
                        kind.format(),
                        usize::from(boxed),
                        if side == Side::Centre { " horizontal=\"center\"" } else { "" },
                        if wrap { " wrapText=\"1\"" } else { "" },
                    );
                    count += 1;
                }
            }
        }
    }
    let font = |mark: &str| {
        format!(
            "<font>{mark}<sz val=\"12\"/><name val=\"Times New Roman\"/><family val=\"1\"/></font>"
        )
    };
    let thin = ["left", "right", "top", "bottom"]
        .map(|side| format!("<{side} style=\"thin\"><color auto=\"1\"/></{side}>"))
        .concat();
    format!(
        "{HEAD}<styleSheet xmlns=\"{MAIN}\">\
         <numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/></numFmts>\
         <fonts count=\"3\">{}{}{}</fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"2\"><border><left/><right/><top/><bottom/><diagonal/></border>\
         <border>{thin}<diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"{count}\">{formats}</cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>\
         </styleSheet>",
        font(""),
        font("<b/>"),
        font("<i/>"),
    )
}

/// First line of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// Namespace of the parts' elements.
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
