//! A row of a list: as it was written, normalised as text, and packed for comparing.

use crate::birth::Birth;
use crate::hash;
use crate::name::Name;
use crate::number::Number;
use crate::place::Home;

/// A row as a list has it. Every field may be empty; nothing in it can make the crate fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RawRecord<'a> {
    /// Full name, family name first.
    pub name: &'a str,
    /// Date of birth in any form.
    pub birth: &'a str,
    /// Sex: words, letters, digits, or a tick in a column for one sex.
    pub sex: &'a str,
    /// CCCD or CMND number.
    pub id_number: &'a str,
    /// Social insurance number (mã số BHXH).
    pub insurance_number: &'a str,
    /// Mobile number.
    pub phone: &'a str,
    /// Hamlet, and maybe the commune, as one text.
    pub address: &'a str,
    /// Code of the commune whose list it is.
    pub commune: &'a str,
    /// Code of the district of that commune.
    pub district: &'a str,
    /// What tells one list from another inside the commune (the policy, the file).
    pub list: &'a str,
}

/// Male or female.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

/// A row whose fields are in one form each. Normalising it again (through [`Normalised::as_raw`])
/// gives the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normalised {
    /// Small letters, single spaces, no title, no note.
    pub name: String,
    /// `dd/mm/yyyy`, `mm/yyyy`, `yyyy`, or empty.
    pub birth: String,
    /// `nam`, `nữ`, or empty.
    pub sex: String,
    /// Digits with leading zeros, or empty.
    pub id_number: String,
    /// Digits, or empty.
    pub insurance_number: String,
    /// Digits, or empty.
    pub phone: String,
    /// `hamlet` or `hamlet, commune`, without marks and kinds.
    pub address: String,
    /// As given, trimmed.
    pub commune: String,
    /// As given, trimmed.
    pub district: String,
    /// As given, trimmed.
    pub list: String,
}

impl Normalised {
    /// The row as if a list had been written in normal form.
    pub fn as_raw(&self) -> RawRecord<'_> {
        RawRecord {
            name: &self.name,
            birth: &self.birth,
            sex: &self.sex,
            id_number: &self.id_number,
            insurance_number: &self.insurance_number,
            phone: &self.phone,
            address: &self.address,
            commune: &self.commune,
            district: &self.district,
            list: &self.list,
        }
    }
}

/// A row packed for comparing: no text, some two hundred bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// Name by syllables.
    pub name: Name,
    /// Date of birth; when the list has none, the year that the CCCD number tells.
    pub birth: Birth,
    /// Sex as written, or else as the CCCD number tells.
    pub sex: Option<Sex>,
    /// Identity number.
    pub identity: Number,
    /// Social insurance number.
    pub insurance: Number,
    /// Mobile number.
    pub phone: Number,
    pub(crate) hamlet: u32,
    pub(crate) hamlet_is_number: bool,
    /// Hash of the commune's name in the address, 0 for none.
    pub(crate) commune_name: u32,
    pub(crate) commune: u32,
    pub(crate) district: u32,
    pub(crate) list: u64,
    /// How rare the name is, in steps; the schema sets it.
    pub(crate) rarity: u8,
    /// The commune where the person lives: the one the address names, or else the list's.
    pub(crate) home: u32,
}

impl Record {
    pub(crate) fn set_places(&mut self, raw: &RawRecord<'_>, home: Home) {
        self.hamlet = home.hamlet;
        self.hamlet_is_number = home.hamlet_is_number;
        self.commune_name = home.commune_name;
        self.commune = hash::text32(raw.commune.trim());
        self.district = hash::text32(raw.district.trim());
        self.home = self.commune;
        let list = raw.list.trim();
        self.list = match (list.is_empty(), self.commune) {
            (true, 0) => 0,
            _ => hash::mix(u64::from(self.commune), hash::text(list)),
        };
    }

    /// A hash of all that comparing looks at. It orders rows without regard to where they stood.
    pub(crate) fn content_key(&self) -> u64 {
        let name = self.name.toned().iter().fold(7, |state, s| hash::mix(state, s.code()));
        [
            u64::from(self.birth.code()),
            self.identity.value(),
            self.insurance.value(),
            self.phone.value(),
            u64::from(self.hamlet),
            self.list,
            self.sex.map_or(2, |sex| u64::from(sex == Sex::Female)),
        ]
        .into_iter()
        .fold(name, hash::mix)
    }
}
