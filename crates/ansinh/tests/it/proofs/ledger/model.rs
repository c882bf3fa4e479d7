//! What one person's money must be after any order of acts: a stack of deeds, a sum, and demands.
//! Knows nothing of the program but its words of refusal.

use chrono::NaiveDate;
use uuid::Uuid;

/// What the program must answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Created(i64),
    Exists(i64),
    /// Refused with these words.
    Refused(&'static str),
}

use Verdict::{Created, Exists, Refused};

/// An act of the commune on one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Pay(i64),
    NotPaid(&'static str),
    Return(i64, &'static str),
    Reverse(Uuid),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub id: Uuid,
    pub deed: Deed,
    pub day: NaiveDate,
    pub note: &'static str,
}

/// The commune's book of the act's day, at the moment of the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    Open,
    Closed,
    Reopened,
}

/// An act that was written.
#[derive(Debug, Clone)]
pub struct Written {
    pub act: Act,
    pub amount: i64,
    /// Written after its book had closed: with an opening (true) or a reason (false).
    pub late: Option<bool>,
    undone: bool,
}

/// What is demanded back.
#[derive(Debug, Clone)]
pub struct Demand {
    pub id: Uuid,
    pub amount: i64,
    pub day: NaiveDate,
    pub by: Level,
    /// Everything written under it.
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Commune,
    District,
    Province,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartDeed {
    Part(i64),
    Waive(i64),
    Undo(Uuid),
}

/// An act under a demand.
#[derive(Debug, Clone)]
pub struct Part {
    pub id: Uuid,
    pub deed: PartDeed,
    pub day: NaiveDate,
    pub by: Level,
    undone: bool,
}

impl Demand {
    fn sum(&self, of: fn(&PartDeed) -> i64) -> i64 {
        self.parts.iter().filter(|part| !part.undone).map(|part| of(&part.deed)).sum()
    }

    pub fn returned(&self) -> i64 {
        self.sum(|deed| if let PartDeed::Part(amount) = deed { *amount } else { 0 })
    }

    pub fn waived(&self) -> i64 {
        self.sum(|deed| if let PartDeed::Waive(amount) = deed { *amount } else { 0 })
    }

    pub fn open(&self) -> i64 {
        self.amount - self.returned() - self.waived()
    }

    /// The newest part that still counts.
    pub fn top(&self) -> Option<&Part> {
        self.parts.iter().rfind(|part| !part.undone && !matches!(part.deed, PartDeed::Undo(_)))
    }

    fn take(&mut self, part: Part) -> Verdict {
        if let PartDeed::Undo(id) = part.deed
            && let Some(undone) = self.parts.iter_mut().find(|one| one.id == id)
        {
            undone.undone = true;
        }
        self.parts.push(part);
        Created(0)
    }

    /// Judges and takes an act under this demand.
    pub fn act(
        &mut self,
        id: Uuid,
        deed: PartDeed,
        (day, today): (NaiveDate, NaiveDate),
        by: Level,
    ) -> Verdict {
        let part = Part { id, deed, day, by, undone: false };
        if let Some(known) = self.parts.iter().find(|one| one.id == id) {
            let same = (&known.deed, known.day) == (&part.deed, part.day);
            return if same { Exists(0) } else { Refused("nội dung khác") };
        }
        if day > today {
            return Refused("ở tương lai");
        }
        if day < self.day {
            return Refused("trước ngày yêu cầu thu hồi");
        }
        if self.parts.last().is_some_and(|last| day < last.day) {
            return Refused("trước bút toán gần nhất");
        }
        match part.deed {
            PartDeed::Waive(_) if by == self.by => Refused("không tự miễn thu hồi được"),
            PartDeed::Part(amount) | PartDeed::Waive(amount) => {
                if amount <= 0 || amount > self.open() {
                    return Refused("không quá số còn phải thu");
                }
                self.take(part)
            }
            PartDeed::Undo(wanted) => match self.top() {
                Some(top) if top.id == wanted => {
                    let commune = matches!(top.deed, PartDeed::Part(_));
                    if commune != (by == Level::Commune) {
                        return Refused("do cấp khác ghi");
                    }
                    self.take(part)
                }
                _ => Refused("Chỉ đảo được bút toán mới nhất"),
            },
        }
    }
}

/// One person's entitlement and everything that happened to it.
#[derive(Debug, Clone)]
pub struct Case {
    pub amount: i64,
    pub held: bool,
    pub cancelled: bool,
    pub decided: NaiveDate,
    pub written: Vec<Written>,
    /// How many of them earlier requests wrote.
    pub settled: usize,
    /// Places in `written` of what counts; the last says where the person stands.
    stack: Vec<usize>,
    pub demands: Vec<Demand>,
}

impl Case {
    pub fn new(amount: i64, held: bool, cancelled: bool, decided: NaiveDate) -> Self {
        let (written, stack, demands) = (vec![], vec![], vec![]);
        Self { amount, held, cancelled, decided, written, settled: 0, stack, demands }
    }

    pub fn top(&self) -> Option<&Written> {
        self.stack.last().map(|at| &self.written[*at])
    }

    pub fn is_paid(&self) -> bool {
        matches!(self.top().map(|top| &top.act.deed), Some(Deed::Pay(_)))
    }

    pub fn paid(&self) -> i64 {
        if self.is_paid() { self.amount } else { 0 }
    }

    pub fn demanded(&self) -> i64 {
        self.demands.iter().map(|demand| demand.amount).sum()
    }

    /// State and reason as the table writes them.
    pub fn state(&self) -> (&'static str, &'static str) {
        match self.top().map(|top| &top.act.deed) {
            None | Some(Deed::Reverse(_)) => ("unpaid", ""),
            Some(Deed::Pay(_)) => ("paid", ""),
            Some(Deed::NotPaid(reason) | Deed::Return(_, reason)) => ("not_paid", reason),
        }
    }

    /// Judges an act and takes it when nothing stands against it.
    pub fn act(&mut self, act: &Act, book: Book, today: NaiveDate) -> Verdict {
        if let Some(known) = self.written.iter().find(|one| one.act.id == act.id) {
            return if known.act == *act {
                Exists(known.amount)
            } else {
                Refused("nội dung khác")
            };
        }
        if let Some(words) = self.day_objection(act.day, today) {
            return Refused(words);
        }
        let amount = match self.objection(act) {
            Err(words) => return Refused(words),
            Ok(amount) => amount,
        };
        let late = match book {
            Book::Open => None,
            Book::Reopened => Some(true),
            Book::Closed if act.note.is_empty() => return Refused("đã khóa lúc 17 giờ 30"),
            Book::Closed => Some(false),
        };
        let at = self.written.len();
        match act.deed {
            Deed::Reverse(id) => {
                self.stack.pop();
                let undone = self.written.iter_mut().find(|one| one.act.id == id);
                undone.expect("it was on top").undone = true;
            }
            _ => self.stack.push(at),
        }
        self.written.push(Written { act: act.clone(), amount, late, undone: false });
        Created(amount)
    }

    fn day_objection(&self, day: NaiveDate, today: NaiveDate) -> Option<&'static str> {
        let last = self.written.last().map(|one| one.act.day);
        match () {
            () if day > today => Some("ở tương lai"),
            () if day < self.decided => Some("trước ngày của quyết định"),
            () if last.is_some_and(|last| day < last) => Some("trước bút toán gần nhất"),
            () => None,
        }
    }

    /// The signed amount of an act, or what stands against it.
    fn objection(&self, act: &Act) -> Result<i64, &'static str> {
        let no_words = |reason: &str| reason == "other" && act.note.is_empty();
        match act.deed {
            Deed::Pay(amount) => match () {
                () if self.is_paid() => Err("đã được chi"),
                () if self.cancelled => Err("đã bị hủy khỏi quyết định"),
                () if self.held => Err("Tạm giữ"),
                () if amount != self.amount => Err("Số tiền đã đổi"),
                () => Ok(amount),
            },
            Deed::NotPaid(reason) => match () {
                () if self.cancelled => Err("đã bị hủy khỏi quyết định"),
                () if self.is_paid() => Err("đã được chi"),
                () if no_words(reason) => Err("Chưa ghi rõ lý do khác"),
                () if self.stands_so(reason, act.note) => Err("Đã ghi không chi được"),
                () => Ok(0),
            },
            Deed::Return(amount, reason) => match () {
                () if !self.is_paid() => Err("không ở trạng thái đã chi"),
                () if !self.demands.is_empty() => Err("đã có yêu cầu thu hồi"),
                () if no_words(reason) => Err("Chưa ghi rõ lý do khác"),
                () if amount != self.amount => Err("Số tiền đã đổi"),
                () => Ok(-self.amount),
            },
            Deed::Reverse(id) => self.reversed(id, act.note),
        }
    }

    fn reversed(&self, id: Uuid, note: &str) -> Result<i64, &'static str> {
        if note.is_empty() {
            return Err("Chưa ghi lý do đảo");
        }
        if self.written.iter().any(|one| one.act.id == id && one.undone) {
            return Err("đã được đảo rồi");
        }
        match self.top() {
            None => Err("Không còn bút toán nào để đảo"),
            Some(top) if top.act.id != id => Err("Sau bút toán này còn bút toán khác"),
            Some(top) if top.amount > 0 && !self.demands.is_empty() => Err("đã có yêu cầu thu hồi"),
            Some(top) => Ok(-top.amount),
        }
    }

    fn stands_so(&self, reason: &str, note: &str) -> bool {
        self.state() == ("not_paid", reason) && self.top().is_some_and(|top| top.act.note == note)
    }

    /// Judges and takes a demand.
    pub fn demand(&mut self, id: Uuid, amount: i64, day: NaiveDate, by: Level) -> Verdict {
        let open = self.paid() - self.demanded();
        if open <= 0 {
            return Refused("không còn số tiền đã chi nào");
        }
        if amount <= 0 || amount > open {
            return Refused("Số tiền thu hồi phải lớn hơn 0");
        }
        if self.written.last().is_some_and(|last| day < last.act.day) {
            return Refused("đề ngày trước ngày chi");
        }
        self.demands.push(Demand { id, amount, day, by, parts: vec![] });
        Created(amount)
    }
}
