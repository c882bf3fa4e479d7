//! Which periods there are, when each is due, whether it was owed and what became of it: pure.
//! Nothing is written when a deadline passes, so every state is right by the clock alone.

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveTime, Utc};
use vietnam::calendar::WorkingCalendar;

use super::types::{Became, Kind, Period, Slot};

/// The instant of a day's minute in Asia/Ho_Chi_Minh (UTC+7 without daylight saving since
/// 13/6/1975).
pub fn instant(day: NaiveDate, minute: u32) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute));
    (local - Duration::hours(7)).and_utc()
}

/// The version in force on `day`, of versions of one kind.
pub fn in_force(versions: &[Kind], day: NaiveDate) -> Option<&Kind> {
    versions.iter().find(|kind| kind.holds_on(day))
}

/// The period of a kind that begins on `start`, by the version in force on that day; `None` when
/// no period of the kind begins there.
pub fn slot(versions: &[Kind], calendar: &WorkingCalendar, start: NaiveDate) -> Option<Slot> {
    let kind = in_force(versions, start)?;
    let end = match kind.period {
        Period::Day => {
            if kind.working_days_only && !calendar.is_working_day(start) {
                return None;
            }
            start
        }
        Period::Week => {
            if start.weekday().num_days_from_monday() != 0 {
                return None;
            }
            start.checked_add_days(Days::new(6))?
        }
        Period::Month => {
            if start.day() != 1 {
                return None;
            }
            start.checked_add_months(Months::new(1))?.pred_opt()?
        }
    };
    let last = if kind.working_days_only { calendar.next_working_day(end) } else { end };
    Some(Slot { start, due_at: instant(last, kind.due_minute) })
}

/// The periods that begin in `from ..= to`, oldest first.
pub fn slots(
    versions: &[Kind],
    calendar: &WorkingCalendar,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<Slot> {
    let days = from.iter_days().take_while(|day| *day <= to);
    days.filter_map(|day| slot(versions, calendar, day)).collect()
}

/// What became of a period that was owed. A deadline is the first instant that is late: at 17:30:00
/// the day is over. An act in time outweighs an excuse; an excuse outweighs a late act.
pub fn became(
    slot: &Slot,
    acted: Option<DateTime<Utc>>,
    excused: bool,
    now: DateTime<Utc>,
) -> Became {
    match acted {
        Some(at) if at < slot.due_at => Became::Done(at),
        _ if excused => Became::Excused,
        Some(at) => Became::Late(at),
        None if now < slot.due_at => Became::Open,
        None => Became::Missed,
    }
}

/// A turn in whether a unit owes a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    /// When.
    pub at: DateTime<Utc>,
    /// Something is left to do from here on.
    pub owes: bool,
}

/// Whether a period was owed: at its deadline something was left to do. An act that left nothing
/// ends the duty for the periods after it; a new decision, or an act that opened a settled matter
/// again, begins it anew. Of turns at one instant the one that begins counts.
pub fn owed(turns: &[Turn], slot: &Slot) -> bool {
    turns.iter().filter(|turn| turn.at < slot.due_at).max().is_some_and(|turn| turn.owes)
}

/// A period of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub slot: Slot,
    /// `None`: nothing was owed and nothing was done.
    pub became: Option<Became>,
}

/// What is known of a unit's duty of one kind.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// When it began and ceased to owe.
    pub turns: Vec<Turn>,
    /// (period, first act).
    pub acts: Vec<(NaiveDate, DateTime<Utc>)>,
    /// Periods let off.
    pub excused: Vec<NaiveDate>,
}

impl Known {
    /// What became of one period.
    pub fn day(&self, slot: &Slot, now: DateTime<Utc>) -> Day {
        let acts = self.acts.iter().filter(|(period, _)| *period == slot.start);
        let acted = acts.map(|(_, at)| *at).min();
        let excused = self.excused.contains(&slot.start);
        let counts = acted.is_some() || owed(&self.turns, slot);
        let became = counts.then(|| became(slot, acted, excused, now));
        Day { slot: slot.clone(), became }
    }

    /// What became of these periods.
    pub fn days(&self, slots: &[Slot], now: DateTime<Utc>) -> Vec<Day> {
        slots.iter().map(|slot| self.day(slot, now)).collect()
    }
}

/// Periods missed in a row up to the last one whose deadline has passed, and the first of them.
/// Periods that were not owed or let off neither count nor break the row.
pub fn silence(days: &[Day]) -> (u32, Option<NaiveDate>) {
    let (mut count, mut since) = (0, None);
    for day in days.iter().rev() {
        match day.became {
            Some(Became::Missed) => {
                count += 1;
                since = Some(day.slot.start);
            }
            None | Some(Became::Open | Became::Excused) => {}
            Some(Became::Done(_) | Became::Late(_)) => break,
        }
    }
    (count, since)
}

#[cfg(test)]
mod tests;
