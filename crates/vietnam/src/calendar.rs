//! Working days: Monday to Friday without public holidays, with the days that the year's notice
//! swaps. The calendar is data: the built-in rows (2020 to 2027) can be replaced by a database's.
//!
//! Terms follow the Civil Code 2015 (Bộ luật Dân sự 91/2015/QH13): the first day of a term in days
//! is not counted (Điều 147 khoản 2), and a term whose last day is a day off ends at the end of
//! the next working day (Điều 148 khoản 5).

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// What makes a day different from an ordinary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayKind {
    /// A public holiday (nghỉ lễ, tết), on a weekday or a weekend.
    Holiday,
    /// A day off in place of a holiday on a weekend (nghỉ bù).
    Compensation,
    /// A weekday off that is worked on another day (nghỉ hoán đổi).
    SwapOff,
    /// A Saturday that is worked for a [`DayKind::SwapOff`] (làm bù): a working day.
    WorkdayMakeup,
}

/// One row of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// The date.
    pub date: NaiveDate,
    /// What the day is.
    pub kind: DayKind,
    /// Its name in Vietnamese.
    pub name: String,
    /// The law or notice that makes it so, in Vietnamese.
    pub basis: String,
    /// Computed or announced only in the press: to be confirmed by the year's notice.
    pub provisional: bool,
}

/// A calendar of working days.
#[derive(Debug, Clone)]
pub struct WorkingCalendar {
    days: BTreeMap<NaiveDate, CalendarDay>,
    version: String,
}

const DAYS: &str = include_str!("../data/days_off.tsv");
const BASES: &str = include_str!("../data/legal_basis.tsv");

impl WorkingCalendar {
    /// The calendar of these rows; a later row for the same date replaces an earlier one.
    pub fn from_days(rows: impl IntoIterator<Item = CalendarDay>) -> Self {
        let days: BTreeMap<_, _> = rows.into_iter().map(|day| (day.date, day)).collect();
        let version = version_of(&days);
        Self { days, version }
    }

    /// The calendar 2020–2027 that comes with the program. Rows of 2027 and some of 2026 are
    /// provisional.
    pub fn builtin() -> Self {
        Self::from_days(DAYS.lines().filter_map(parse_day))
    }

    /// The rows in the order of their dates.
    pub fn days(&self) -> impl Iterator<Item = &CalendarDay> {
        self.days.values()
    }

    /// The row of a date, when the date is special.
    pub fn day(&self, date: NaiveDate) -> Option<&CalendarDay> {
        self.days.get(&date)
    }

    /// Whether the calendar has rows for the year of the date. Where it has none, only weekends
    /// are days off, and a deadline should say so.
    pub fn covers(&self, date: NaiveDate) -> bool {
        let year = date.year();
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(date);
        let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(date);
        self.days.range(first..=last).next().is_some()
    }

    /// A text that changes exactly when a row's date, kind or status changes:
    /// `2020-2027/` and 16 hexadecimal digits (FNV-1a). A deadline records it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether offices work on the date.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        match self.days.get(&date) {
            Some(day) => day.kind == DayKind::WorkdayMakeup,
            None => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// The last day of a term of `count` working days after `start`: the day after `start` is
    /// the first that can count (Điều 147 khoản 2), and only working days count, so the result is
    /// one. With `count` 0 the result is `start`. Stops at the end of time instead of failing.
    pub fn add_working_days(&self, start: NaiveDate, count: u32) -> NaiveDate {
        let mut date = start;
        let mut left = count;
        while left > 0 {
            let Some(next) = date.succ_opt() else { return date };
            date = next;
            left -= u32::from(self.is_working_day(date));
        }
        date
    }

    /// The last day of a term of `count` calendar days after `start`: `start` is not counted
    /// (Điều 147 khoản 2); a last day that is a day off moves to the next working day (Điều 148
    /// khoản 5).
    pub fn add_calendar_days(&self, start: NaiveDate, count: u32) -> NaiveDate {
        let end = start.checked_add_days(Days::new(count.into())).unwrap_or(NaiveDate::MAX);
        self.next_working_day(end)
    }

    /// The date itself when it is a working day, else the next one.
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        let mut date = date;
        while !self.is_working_day(date) {
            let Some(next) = date.succ_opt() else { return date };
            date = next;
        }
        date
    }

    /// How many working days lie after `start` up to and with `end`; negative when `end` is
    /// before `start`. So `add_working_days(start, n)` is `n` working days after `start`.
    pub fn working_days_between(&self, start: NaiveDate, end: NaiveDate) -> i64 {
        if end < start {
            return -self.working_days_between(end, start);
        }
        let days = start.iter_days().skip(1).take_while(|day| *day <= end);
        days.map(|day| i64::from(self.is_working_day(day))).sum()
    }
}

fn parse_day(line: &str) -> Option<CalendarDay> {
    let mut fields = line.split('\t');
    let date = fields.next()?.parse().ok()?;
    let kind = match fields.next()? {
        "h" => DayKind::Holiday,
        "c" => DayKind::Compensation,
        "s" => DayKind::SwapOff,
        "w" => DayKind::WorkdayMakeup,
        _ => return None,
    };
    let name = fields.next()?.to_owned();
    let key = fields.next()?;
    let (_, basis) =
        BASES.lines().filter_map(|row| row.split_once('\t')).find(|row| row.0 == key)?;
    let provisional = fields.next().is_some();
    Some(CalendarDay { date, kind, name, basis: basis.to_owned(), provisional })
}

fn version_of(days: &BTreeMap<NaiveDate, CalendarDay>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for day in days.values() {
        let kind = match day.kind {
            DayKind::Holiday => 'h',
            DayKind::Compensation => 'c',
            DayKind::SwapOff => 's',
            DayKind::WorkdayMakeup => 'w',
        };
        for byte in format!("{}{kind}{};", day.date, day.provisional).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    let year = |date: Option<&NaiveDate>| date.map_or(0, Datelike::year);
    format!("{}-{}/{hash:016x}", year(days.keys().next()), year(days.keys().next_back()))
}

#[cfg(test)]
mod tests;
