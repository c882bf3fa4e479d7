//! Programmes as dated data: groups, rates, months, cut-off dates, steps and their legal basis.
//! Built-in files lie in `programmes/*.toml`; the configuration may add a folder of its own.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;

mod period;

pub use period::{Band, Period};

use super::payments::{ReasonRow, Reasons};
use crate::areas::{TWO_TIERS_FROM, tiers_on};

/// All programmes this installation knows. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Catalogue {
    programmes: Arc<Vec<Programme>>,
    reasons: Reasons,
}

/// A relief programme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// NQ42.
    pub code: String,
    /// Name on the screen.
    pub name: String,
    /// Legal basis, one text a line.
    pub legal: Vec<String>,
    /// First day on which it applies.
    pub valid_from: NaiveDate,
    /// Last day on which it applies, if any.
    pub valid_to: Option<NaiveDate>,
    /// The state of the units that its lists mean.
    pub units_on: NaiveDate,
    /// Paid by somebody else: its lists are read and compared, and nothing is done to them here.
    #[serde(default)]
    pub read_only: bool,
    /// Who pays, when `read_only`.
    #[serde(default)]
    pub payer: String,
    /// Where "one policy a person" is written; the first legal text when empty.
    #[serde(default)]
    one_policy_legal: String,
    /// What somebody who belongs to several groups receives, in a sentence for the public.
    #[serde(default)]
    pub overlap: String,
    /// Remarks that keep a row out until a clerk has looked.
    #[serde(default, rename = "remark")]
    pub remarks: Vec<Remark>,
    /// Dated conditions of every group.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Condition>,
    /// Budgets from which its decisions are paid; the shares add up to 100.
    #[serde(default, rename = "source")]
    pub sources: Vec<MoneySource>,
    /// Why somebody was not paid; none: the shipped ones.
    #[serde(default, rename = "reason")]
    pub reasons: Vec<ReasonRow>,
    /// Groups in the order in which ties are decided: the earlier is kept.
    #[serde(rename = "group")]
    pub groups: Vec<PolicyGroup>,
}

/// A budget's share of a programme's money. Real shares differ by province and year: configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneySource {
    /// trung_uong, tinh, huyen, khac.
    pub code: String,
    /// Name on the screen.
    pub name: String,
    /// Percent, whole.
    pub percent: i32,
    /// Article, standard or "to be confirmed".
    pub legal: String,
}

/// Whom a rate counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A person.
    Person,
    /// A member of a household (khẩu); the head's row carries the sum.
    HouseholdMember,
    /// A household business.
    Business,
}

/// A group of beneficiaries within a programme.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyGroup {
    /// NCC, BTXH, HN, HCN, TAMHOAN, CHAMDUT, LDTD, HKD.
    pub code: String,
    /// Name on the screen.
    pub name: String,
    /// Name in narrow columns; the name itself when empty.
    #[serde(default)]
    pub short: String,
    /// Đồng a period and unit; 0 with `bands`.
    #[serde(default, alias = "rate_dong")]
    pub monthly_dong: i64,
    /// Most periods: months, days, children; 1 when it is paid once.
    #[serde(alias = "most")]
    pub months_max: i32,
    /// What the rate is paid by.
    #[serde(default)]
    pub period: Period,
    /// Sums by months of contributions, instead of a rate.
    #[serde(default, rename = "band")]
    pub bands: Vec<Band>,
    /// What the rate counts for.
    pub unit: Unit,
    /// One approved entitlement a person in here; programmes that exclude each other share it.
    pub exclusion_group: String,
    /// Only beside an approved entitlement in one of these groups of the programme.
    #[serde(default)]
    pub requires_one_of: Vec<String>,
    /// Article, standard or "to be confirmed".
    pub legal: String,
    /// Conditions in plain Vietnamese, for the public page.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Papers to bring, for the public page.
    #[serde(default)]
    pub papers: Vec<String>,
    /// Dated conditions of this group.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Condition>,
    /// Papers that some persons must show before they are approved.
    #[serde(default, rename = "need")]
    pub needs: Vec<Need>,
    /// Steps in order.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// A condition on a date: within bounds, or long enough until another date.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Key of the date: `decision_on`, `listed_on`, `died_on` …
    pub fact: String,
    /// What the form calls it.
    pub label: String,
    /// First good day.
    pub not_before: Option<NaiveDate>,
    /// Last good day.
    pub not_after: Option<NaiveDate>,
    /// Key of the date that ends the span; its last day is counted.
    pub until_fact: Option<String>,
    /// What the form calls that date.
    #[serde(default)]
    pub until_label: String,
    /// Shortest span in calendar months.
    pub min_months: Option<u32>,
    /// Shortest span in days; instead of `min_months` where the province counts so.
    pub min_days: Option<u32>,
    /// What is said when it does not hold.
    pub refusal: String,
    /// The article.
    pub legal: String,
}

/// A meaning of a remark that keeps a row out until a clerk has looked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// As in `NewEntry::note_kind`.
    pub kind: String,
    /// What is said.
    pub refusal: String,
    /// The article.
    pub legal: String,
}

/// A paper that some persons of a group must show.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// `absence_elsewhere` …
    pub code: String,
    /// The paper's name.
    pub label: String,
    /// Folded words in the remark or the address that tell of such a person.
    #[serde(default)]
    pub when_remark: Vec<String>,
    /// The article.
    pub legal: String,
}

/// How days of a step are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Ngày làm việc.
    Working,
    /// Ngày theo lịch.
    Calendar,
}

/// One step of a list's way.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `commune`, `district`, `province`.
    pub role: String,
    /// `prepare`, `appraise`, `approve`.
    pub action: String,
    /// How long it may take.
    pub days: u32,
    /// How the days are counted.
    pub day_kind: DayKind,
    /// Days of niêm yết within the step.
    #[serde(default)]
    pub posting_days: u32,
    /// Where the number is from; "cần xác nhận" when only from memory.
    #[serde(default)]
    pub source: String,
}

const BUILT_IN: [&str; 3] = [
    include_str!("programmes/nq42.toml"),
    include_str!("programmes/nq68.toml"),
    include_str!("programmes/nq116.toml"),
];

impl Catalogue {
    /// The built-in programmes, and those of `folder` added to or replacing them by code.
    ///
    /// # Errors
    /// A sentence that names the file and what is wrong in it.
    pub fn load(folder: Option<&Path>) -> Result<Self, String> {
        let mut programmes: Vec<Programme> = Vec::new();
        for text in BUILT_IN {
            let programme: Programme =
                toml::from_str(text).map_err(|error| format!("built-in programme: {error}"))?;
            programme.is_sound()?;
            programmes.push(programme);
        }
        let Some(folder) = folder else { return Self::of(programmes) };
        let files = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for file in files.flatten().map(|file| file.path()) {
            if file.extension().is_some_and(|ending| ending == "toml") {
                let name = file.display();
                let text = std::fs::read_to_string(&file).map_err(|e| format!("{name}: {e}"))?;
                let programme: Programme =
                    toml::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
                programme.is_sound().map_err(|error| format!("{name}: {error}"))?;
                // A province's own file stands where the built-in one stood: the first is chosen
                // when none is in force.
                match programmes.iter_mut().find(|known| known.code == programme.code) {
                    Some(known) => *known = programme,
                    None => programmes.push(programme),
                }
            }
        }
        Self::of(programmes)
    }

    fn of(programmes: Vec<Programme>) -> Result<Self, String> {
        let reasons = Reasons::new(programmes.iter().flat_map(|programme| &programme.reasons))?;
        Ok(Self { programmes: Arc::new(programmes), reasons })
    }

    /// Why somebody was not paid, over all programmes.
    pub fn reasons(&self) -> &Reasons {
        &self.reasons
    }

    /// With other reasons.
    pub(super) fn with_reasons(self, reasons: Reasons) -> Self {
        Self { reasons, ..self }
    }

    /// All programmes.
    pub fn programmes(&self) -> &[Programme] {
        &self.programmes
    }

    /// The programme of a code.
    pub fn programme(&self, code: &str) -> Option<&Programme> {
        self.programmes.iter().find(|programme| programme.code == code)
    }

    /// The programme whose lists officers of an era (3 or 2 tiers) take on `today`: of those whose
    /// lists mean units of that era and that are decided here the one in force, else the first.
    pub fn current(&self, tiers: i16, today: NaiveDate) -> Option<&Programme> {
        let mut of_era = self.of_era(tiers).filter(|programme| !programme.read_only);
        let first = of_era.clone().next();
        of_era.find(|programme| programme.in_force(today)).or(first)
    }

    /// Programmes whose lists an officer of an era may bring on `today`: the current one first, then
    /// the others in force, and those that are only compared from their first day on.
    pub fn brought(&self, tiers: i16, today: NaiveDate) -> Vec<&Programme> {
        let current = self.current(tiers, today);
        let is_current = |p: &&Programme| current.is_some_and(|current| current.code == p.code);
        let open = |p: &&Programme| p.in_force(today) || p.read_only && p.valid_from <= today;
        let others = self.of_era(tiers).filter(|p| open(p) && !is_current(p));
        current.into_iter().chain(others).collect()
    }

    fn of_era(&self, tiers: i16) -> impl Iterator<Item = &Programme> + Clone {
        self.programmes.iter().filter(move |p| tiers_on(p.units_on) == tiers)
    }

    /// Groups of an era's programmes that have begun by `today` (of all, when none has), each code
    /// once: what a filter offers.
    pub fn groups_begun(&self, tiers: i16, today: NaiveDate) -> Vec<&PolicyGroup> {
        let begun = |group: &&PolicyGroup| {
            let mut of_era = self.of_era(tiers);
            of_era.any(|p| p.valid_from <= today && p.group(&group.code).is_some())
        };
        let all = self.groups(Some(tiers));
        let known: Vec<&PolicyGroup> = all.iter().copied().filter(begun).collect();
        if known.is_empty() { all } else { known }
    }

    /// Policy groups of an era's programmes (of all with `None`), each code once.
    pub fn groups(&self, tiers: Option<i16>) -> Vec<&PolicyGroup> {
        let of_era = |p: &&Programme| tiers.is_none_or(|tiers| tiers_on(p.units_on) == tiers);
        let mut once: Vec<&PolicyGroup> = Vec::new();
        for group in self.programmes.iter().filter(of_era).flat_map(|programme| &programme.groups) {
            if !once.iter().any(|known| known.code == group.code) {
                once.push(group);
            }
        }
        once
    }

    /// The day whose units officers of an era (3 or 2 tiers) mean on `today`: that of their
    /// programme, else the nearest day of the era.
    pub fn units_day(&self, tiers: i16, today: NaiveDate) -> NaiveDate {
        match self.current(tiers, today) {
            Some(programme) => programme.units_on,
            None if tiers == 2 => today.max(TWO_TIERS_FROM),
            None => today.min(TWO_TIERS_FROM.pred_opt().unwrap_or(TWO_TIERS_FROM)),
        }
    }

    /// What a group's rate is paid by; months when nobody knows it.
    pub fn period(&self, programme: &str, group: &str) -> Period {
        let known = self.programme(programme).and_then(|p| p.group(group));
        known.map_or(Period::Month, |group| group.period)
    }

    /// Name of a group in narrow columns; the code itself when nobody knows it.
    pub fn group_short(&self, programme: &str, group: &str) -> String {
        let known = self.programme(programme).and_then(|p| p.group(group));
        known.map_or_else(|| group.to_owned(), |g| g.short_name().to_owned())
    }

    /// Name of a group on the screen; the code itself when nobody knows it.
    pub fn group_name(&self, programme: &str, group: &str) -> String {
        let known = self.programme(programme).and_then(|p| p.group(group));
        known.map_or_else(|| group.to_owned(), |g| g.name.clone())
    }
}

impl Programme {
    /// True when it applies on a day.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Where "one policy a person" is written.
    pub fn one_policy_legal(&self) -> &str {
        let first = || self.legal.first().map_or("", String::as_str);
        if self.one_policy_legal.is_empty() { first() } else { &self.one_policy_legal }
    }

    /// True when its file says nothing impossible: shares of 100, groups that exist, sums that can
    /// be counted.
    fn is_sound(&self) -> Result<(), String> {
        self.shares_add_up()?;
        let wrong = |what: String| Err(format!("programme {}: {what}", self.code));
        if self.read_only == self.payer.trim().is_empty() {
            return wrong("payer is said if, and only if, read_only = true".to_owned());
        }
        for group in &self.groups {
            let code = &group.code;
            let last = group.bands.split_last().map(|(last, others)| {
                let bounds: Vec<Option<i32>> = others.iter().map(|band| band.below).collect();
                last.below.is_none() && bounds.is_sorted() && !bounds.contains(&None)
            });
            if last == Some(false) {
                return wrong(format!("{code}: bands must rise, and the last has no bound"));
            }
            if last.is_some() && !self.read_only {
                return wrong(format!("{code}: bands are for programmes that are only compared"));
            }
            let dong = group.monthly_dong.checked_mul(i64::from(group.months_max));
            if dong.is_none_or(|dong| dong < 0) || group.months_max < 1 {
                return wrong(format!("{code}: rate_dong and most must be amounts that can be"));
            }
            if group.period == Period::Once && last.is_none() && group.months_max != 1 {
                return wrong(format!("{code}: what is paid once has most = 1"));
            }
            let base = |other: &String| {
                let known = self.group(other);
                known.is_some_and(|known| {
                    known.exclusion_group != group.exclusion_group
                        && known.requires_one_of.is_empty()
                })
            };
            if !group.requires_one_of.iter().all(base) {
                return wrong(format!(
                    "{code}: requires_one_of names no group that can stand alone"
                ));
            }
        }
        Ok(())
    }

    fn shares_add_up(&self) -> Result<(), String> {
        let sum: i32 = self.sources.iter().map(|source| source.percent.max(-1000)).sum();
        let sound = self.sources.iter().all(|source| (0..=100).contains(&source.percent));
        if self.sources.is_empty() || (sound && sum == 100) {
            return Ok(());
        }
        Err(format!("programme {}: the shares of [[source]] must add up to 100", self.code))
    }

    /// The group of a code.
    pub fn group(&self, code: &str) -> Option<&PolicyGroup> {
        self.groups.iter().find(|group| group.code == code)
    }

    /// Place of a group in the order that decides ties: the smaller is kept.
    pub fn order(&self, code: &str) -> usize {
        self.groups.iter().position(|group| group.code == code).unwrap_or(usize::MAX)
    }
}

impl PolicyGroup {
    /// Name in narrow columns.
    pub fn short_name(&self) -> &str {
        if self.short.is_empty() { &self.name } else { &self.short }
    }

    /// The step of an action: `prepare`, `appraise`, `approve`.
    pub fn step(&self, action: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.action == action)
    }

    /// Days of niêm yết.
    pub fn posting_days(&self) -> u32 {
        self.step("prepare").map_or(0, |step| step.posting_days)
    }

    /// True when the province has delegated the decision to the district (ủy quyền).
    pub fn district_decides(&self) -> bool {
        self.step("approve").is_some_and(|step| step.role == "district")
    }

    /// The paper of a code.
    pub fn need(&self, code: &str) -> Option<&Need> {
        self.needs.iter().find(|need| need.code == code)
    }
}
