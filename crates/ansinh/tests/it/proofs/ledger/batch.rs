//! Some hundred cases of one commune: its people, its officers, its clock, its books.

use std::collections::HashMap;

use ansinh::areas::UnitRow;
use ansinh::clock::local;
use ansinh::identity::{Actor, act_as};
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;
use vietnam::date::vi_date;

use super::model::{Book, Case, Verdict};
use crate::duties::deed;
use crate::payments::fixture::values;
use crate::proofs::Dice;
use crate::proofs::payable::{DECIDED, Payable, approve, look_at_tables};
use crate::support::TestApp;

/// Rounds in which each case may act.
const STEPS: usize = 10;

/// Minutes by which the clock moves on before a round.
const MINUTES: [i64; 7] = [10, 10, 60, 180, 360, 840, 1_440];

/// What was done and answered.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub acts: usize,
    pub created: usize,
    pub exists: usize,
    pub refused: usize,
    pub entries: usize,
    pub late: usize,
    pub openings: usize,
    pub demands: usize,
    pub paid_dong: i64,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.acts += other.acts;
        self.created += other.created;
        self.exists += other.exists;
        self.refused += other.refused;
        self.entries += other.entries;
        self.late += other.late;
        self.openings += other.openings;
        self.demands += other.demands;
        self.paid_dong += other.paid_dong;
    }

    pub fn count(&mut self, verdict: &Verdict) {
        self.acts += 1;
        match verdict {
            Verdict::Created(_) => self.created += 1,
            Verdict::Exists(_) => self.exists += 1,
            Verdict::Refused(_) => self.refused += 1,
        }
    }
}

/// Officers of three levels.
pub struct Officers {
    pub clerk: Actor,
    pub district: Actor,
    pub province: Actor,
}

pub struct Batch {
    /// The same database under this batch's own clock.
    pub t: TestApp,
    pub commune: UnitRow,
    pub officers: Officers,
    pub dice: Dice,
    pub cases: Vec<(Uuid, Case)>,
    pub tally: Tally,
    /// Which batch, for the message of a failure.
    pub name: String,
    /// Until when a closed day's book is open again.
    openings: HashMap<NaiveDate, DateTime<Utc>>,
}

impl Batch {
    pub async fn new(
        t: &TestApp,
        commune: &UnitRow,
        (seed, number): (u64, usize),
        cases: usize,
    ) -> Self {
        let mut dice = Dice::new(seed, u64::try_from(number).unwrap());
        let t = t.beside();
        let officer = async |name: &str| act_as(&t.app.db, name).await.unwrap().unwrap();
        let (code, district) = (commune.code.clone(), commune.parent_code.clone());
        let people: Vec<Payable> = (0..cases)
            .map(|n| Payable {
                commune: code.clone(),
                district: district.clone(),
                group: dice.pick(&["HN", "NCC", "LDTD"]),
                name: format!("Hồ Thị {n}"),
                hamlet: String::new(),
                monthly: dice.pick(&[250_000, 500_000, 1_000_001]),
                months: i32::try_from(1 + dice.below(3)).unwrap(),
                people: i32::try_from(1 + dice.below(4)).unwrap(),
                hold: if dice.chance(5) { "no_id" } else { "" },
                state: if dice.chance(3) { "cancelled" } else { "approved" },
            })
            .collect();
        let province = officer("tinh42").await;
        let by = (province.account_id, t.app.clock.now());
        let ids = approve(&t.app.db, by, &format!("{number}/QĐ-UBND"), &people).await.unwrap();
        if number < 3 || number.is_multiple_of(40) {
            look_at_tables(&t.app.db).await.unwrap();
        }
        let case = |one: &Payable| {
            Case::new(one.amount(), !one.hold.is_empty(), one.state == "cancelled", DECIDED)
        };
        let officers = Officers {
            clerk: officer(&format!("x{code}")).await,
            district: officer(&format!("h{district}")).await,
            province,
        };
        Self {
            commune: commune.clone(),
            officers,
            dice,
            cases: ids.into_iter().zip(people.iter().map(case)).collect(),
            tally: Tally::default(),
            name: format!("seed {seed}, batch {number}, commune {code}"),
            openings: HashMap::new(),
            t,
        }
    }

    pub async fn run(mut self) -> Tally {
        for _ in 0..STEPS {
            self.time_passes().await;
            self.commune_acts().await;
            self.money_is_demanded_back().await;
        }
        self.check().await;
        self.tally
    }

    pub fn today(&self) -> NaiveDate {
        self.t.app.clock.today()
    }

    /// The book of a day as it stands now. A day's book closes at 17:30 (document 004).
    pub fn book(&self, day: NaiveDate) -> Book {
        let now = self.t.app.clock.now();
        let (today, time) = local(now);
        let closed =
            day < today || (day == today && Some(time) >= NaiveTime::from_hms_opt(17, 30, 0));
        match self.openings.get(&day) {
            _ if !closed => Book::Open,
            Some(until) if *until > now => Book::Reopened,
            _ => Book::Closed,
        }
    }

    async fn time_passes(&mut self) {
        let minutes = self.dice.pick(&MINUTES);
        self.t.pass(Duration::minutes(minutes));
        let back = self.dice.below(3);
        let day = self.today() - Days::new(u64::try_from(back).unwrap());
        if self.dice.chance(25) && self.book(day) == Book::Closed {
            self.open_again(day).await;
        } else if self.dice.chance(20) {
            self.close_again().await;
        }
    }

    async fn open_again(&mut self, day: NaiveDate) {
        let until = self.t.app.clock.now() + Duration::minutes(10 * self.dice.pick(&[3, 30, 120]));
        let (last, hour) = local(until);
        let mut chief = self.t.sign_in(&format!("h{}", self.commune.parent_code)).await.unwatched();
        let (day_text, last) = (vi_date(day), vi_date(last));
        let hour = hour.format("%H:%M").to_string();
        let fields = [
            ("mo_ngay", day_text.as_str()),
            ("mo_ly_do", "xã mất mạng"),
            ("den_gio", &hour),
            ("den_ngay", &last),
        ];
        deed(&mut chief, &self.commune.code, "mo-so", &fields).await.goes_to();
        self.openings.insert(day, until);
        self.tally.openings += 1;
    }

    async fn close_again(&mut self) {
        let now = self.t.app.clock.now();
        let live: Vec<NaiveDate> =
            self.openings.iter().filter(|(_, until)| **until > now).map(|(day, _)| *day).collect();
        let [day] = live[..] else { return };
        let mut chief = self.t.sign_in(&format!("h{}", self.commune.parent_code)).await.unwatched();
        let page = chief.get(&format!("/don-doc/{}", self.commune.code)).await.page();
        let opening = values(&page, "lan_mo")[0].clone();
        let fields = [("lan_mo", opening.as_str())];
        deed(&mut chief, &self.commune.code, "khoa-so", &fields).await.goes_to();
        self.openings.remove(&day);
        self.tally.openings += 1;
    }
}
