//! Which lines stand on the home page, and how urgent they are: pure decisions.

use chrono::NaiveDate;
use vietnam::calendar::WorkingCalendar;
use vietnam::date::{vi_date, vi_weekday};
use vietnam::money::Dong;

use crate::intake::ReadyFile;
use crate::relief::{CommuneWork, OfficeWork, WaitingList, WaitingLists};

/// Minutes after midnight at which the day's book closes (17 giờ 30; Hà Tĩnh, document 004).
const BOOK_CLOSES_AT: i64 = 17 * 60 + 30;

/// Until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Before the book closes today.
    BookClose,
    /// Through this day.
    On(NaiveDate),
    /// No day is set.
    Open,
}

/// Words for [`Due`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueWords {
    /// The day has passed.
    pub late: bool,
    /// "Còn 2 giờ 10 phút", "Trễ 2 ngày làm việc", "thứ Hai 22/6/2020".
    pub main: String,
    /// A second line; may be empty.
    pub small: String,
}

/// One duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is to be done.
    pub what: String,
    /// How much, why.
    pub detail: String,
    /// Until when.
    pub due: Due,
    /// Words on the button.
    pub button: &'static str,
    /// Where it is done.
    pub href: String,
}

/// Names that the rules put into sentences.
pub trait Names {
    /// "Hộ nghèo, đợt 1".
    fn list(&self, list: &WaitingList) -> String;
    /// "Xã Sơn Kim 1".
    fn commune(&self, list: &WaitingList) -> String;
    /// "Huyện Hương Sơn"; "các xã" for the empty code.
    fn district(&self, code: &str) -> String;
    /// Names of communes that have not paid today, by code.
    fn silent(&self, district: &str, commune: &str) -> String;
}

/// What a commune has to do, most urgent first.
pub fn commune_lines(
    work: &CommuneWork,
    files: &[ReadyFile],
    names: &impl Names,
    today: NaiveDate,
) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    if work.to_pay.payable > 0 {
        lines.push(pay_line(work));
    }
    lines.extend(work.lists.iter().filter_map(|list| own_list_line(list, names, today)));
    if work.duplicates > 0 {
        lines.push(Line {
            what: format!("Xử lý {} cảnh báo trùng", Dong(work.duplicates)),
            detail:
                "Mỗi người chỉ hưởng một chính sách; chưa xử lý thì dòng trùng chưa duyệt được."
                    .to_owned(),
            due: Due::Open,
            button: "Xem cảnh báo",
            href: "/canh-bao".to_owned(),
        });
    }
    lines.extend(files.iter().map(|file| Line {
        what: format!("Kiểm tra và ghi tệp {}", file.file_name),
        detail: "Tệp đã đọc xong, chưa ghi vào danh sách.".to_owned(),
        due: Due::Open,
        button: "Xem trước",
        href: format!("/nhap-lieu/{}", file.id),
    }));
    if work.without_papers > 0 {
        lines.push(Line {
            what: format!("Bổ sung giấy tờ cho {} người", Dong(work.without_papers)),
            detail: "Chưa có số CMND, căn cước công dân: duyệt được nhưng chưa chi được."
                .to_owned(),
            due: Due::Open,
            button: "Mở danh sách",
            href: "/danh-sach".to_owned(),
        });
    }
    order(&mut lines, today);
    lines
}

fn pay_line(work: &CommuneWork) -> Line {
    let today = match work.entries_today {
        0 => "Hôm nay chưa ghi khoản nào.".to_owned(),
        n => format!("Hôm nay đã ghi {} khoản.", Dong(n)),
    };
    Line {
        what: "Ghi các khoản đã chi trong ngày".to_owned(),
        detail: format!(
            "Còn {} khoản chưa chi, {}. {today}",
            Dong(work.to_pay.payable),
            Dong(work.to_pay.payable_dong).with_unit()
        ),
        due: Due::BookClose,
        button: "Ghi khoản đã chi",
        href: "/chi-tra".to_owned(),
    }
}

/// A draft is to be posted, a list whose posting is over to be sent up; a list that lies above
/// is nobody's duty here.
fn own_list_line(list: &WaitingList, names: &impl Names, today: NaiveDate) -> Option<Line> {
    let name = names.list(list);
    let people = Dong(list.people);
    let due = |day: Option<NaiveDate>| day.map_or(Due::Open, Due::On);
    let (what, detail, due, button) = match (list.state.as_str(), list.posting_ends_on) {
        ("draft", _) if list.returned => (
            format!("Sửa danh sách {name} bị trả lại"),
            format!("{people} người. Lý do trả lại ghi ở đầu danh sách."),
            due(list.due_on),
            "Xem lý do và sửa",
        ),
        ("draft", _) => (
            format!("Niêm yết danh sách {name}"),
            format!("{people} người, danh sách đang lập."),
            due(list.due_on),
            "Kiểm tra và niêm yết",
        ),
        ("posted", Some(end)) if end >= today => (
            format!("Đang niêm yết danh sách {name}"),
            format!("{people} người. Ghi nhận ý kiến đến hết ngày niêm yết, rồi gửi lên."),
            Due::On(end),
            "Mở danh sách",
        ),
        ("posted", _) => (
            format!("Kết thúc niêm yết, gửi danh sách {name} lên thẩm định"),
            format!("{people} người, đã hết hạn niêm yết."),
            due(list.due_on),
            "Gửi thẩm định",
        ),
        _ => return None,
    };
    Some(Line { what, detail, due, button, href: format!("/danh-sach/{}", list.id) })
}

/// What a district has to do, most urgent first. Its lists are named one by one; those beyond
/// the named ones are a line of their own.
pub fn district_lines(work: &OfficeWork, names: &impl Names, today: NaiveDate) -> Vec<Line> {
    let mut lines: Vec<Line> = work
        .lists
        .iter()
        .map(|list| Line {
            what: format!("Thẩm định danh sách {}, {}", names.list(list), names.commune(list)),
            detail: format!("{} người.", Dong(list.people)),
            due: list.due_on.map_or(Due::Open, Due::On),
            button: "Thẩm định",
            href: format!("/danh-sach/{}", list.id),
        })
        .collect();
    let waiting: i64 = in_state(work, "submitted").map(|lists| lists.lists).sum();
    let named = work.lists.len() as i64;
    if waiting > named {
        lines.push(Line {
            what: format!("Còn {} danh sách nữa chờ thẩm định", Dong(waiting - named)),
            detail: "Xếp theo hạn, hạn gần đứng trước.".to_owned(),
            due: Due::Open,
            button: "Mở tất cả",
            href: "/danh-sach?buoc=submitted".to_owned(),
        });
    }
    lines.extend(silent_line(work, names));
    lines.extend(duplicates_line(work));
    order(&mut lines, today);
    lines
}

/// What the province has to do: decisions by district, and, where there is no district between,
/// appraisal.
pub fn province_lines(work: &OfficeWork, names: &impl Names, today: NaiveDate) -> Vec<Line> {
    let mut lines: Vec<Line> = in_state(work, "appraised")
        .map(|lists| Line {
            what: format!(
                "Phê duyệt {} danh sách của {}",
                Dong(lists.lists),
                names.district(&lists.district_code)
            ),
            detail: "Đã thẩm định, chờ số quyết định.".to_owned(),
            due: lists.due_on.map_or(Due::Open, Due::On),
            button: "Ghi quyết định",
            href: "/quyet-dinh".to_owned(),
        })
        .collect();
    lines.extend(in_state(work, "submitted").filter(|lists| lists.district_code.is_empty()).map(
        |lists| Line {
            what: format!("Thẩm định {} danh sách của các xã", Dong(lists.lists)),
            detail: "Không còn cấp huyện: tỉnh thẩm định.".to_owned(),
            due: lists.due_on.map_or(Due::Open, Due::On),
            button: "Thẩm định",
            href: "/danh-sach".to_owned(),
        },
    ));
    lines.extend(silent_line(work, names));
    order(&mut lines, today);
    lines
}

fn in_state<'a>(work: &'a OfficeWork, state: &'a str) -> impl Iterator<Item = &'a WaitingLists> {
    work.by_district.iter().filter(move |lists| lists.state == state)
}

fn silent_line(work: &OfficeWork, names: &impl Names) -> Option<Line> {
    const NAMED_MAX: usize = 4;
    let silent: Vec<_> = work.communes.iter().filter(|commune| commune.silent_today).collect();
    if silent.is_empty() {
        return None;
    }
    let mut named: Vec<String> = silent
        .iter()
        .take(NAMED_MAX)
        .map(|commune| names.silent(&commune.district_code, &commune.commune_code))
        .collect();
    if silent.len() > NAMED_MAX {
        named.push(format!("và {} xã khác", silent.len() - NAMED_MAX));
    }
    Some(Line {
        what: format!("{} xã chưa ghi khoản chi nào hôm nay", silent.len()),
        detail: format!("{}.", named.join(", ")),
        due: Due::BookClose,
        button: "Xem báo cáo",
        href: "/bao-cao".to_owned(),
    })
}

fn duplicates_line(work: &OfficeWork) -> Option<Line> {
    (work.duplicates > 0).then(|| Line {
        what: format!("{} cảnh báo trùng chưa xử lý", Dong(work.duplicates)),
        detail: "Dòng trùng chưa xử lý thì chưa duyệt được.".to_owned(),
        due: Due::Open,
        button: "Xem cảnh báo",
        href: "/canh-bao".to_owned(),
    })
}

/// Days that have passed first, then what ends today, then the coming days, then the rest; lines of
/// one urgency stay in the order in which they were made.
fn order(lines: &mut [Line], today: NaiveDate) {
    lines.sort_by_key(|line| match line.due {
        Due::On(day) if day < today => (0, day),
        Due::On(day) if day == today => (1, day),
        Due::BookClose => (2, today),
        Due::On(day) => (3, day),
        Due::Open => (4, today),
    });
}

/// The words of a deadline. `minute` counts from midnight.
pub fn due_words(due: &Due, today: NaiveDate, minute: i64, calendar: &WorkingCalendar) -> DueWords {
    let words = |late, main: String, small: String| DueWords { late, main, small };
    match due {
        Due::Open => words(false, "Khi làm được".to_owned(), String::new()),
        Due::BookClose if minute < BOOK_CLOSES_AT => {
            let left = BOOK_CLOSES_AT - minute;
            let main = format!("Còn {} giờ {:02} phút", left / 60, left % 60);
            words(false, main, "hạn 17 giờ 30 hôm nay".to_owned())
        }
        Due::BookClose => words(
            true,
            format!(
                "Trễ {} giờ {:02} phút",
                (minute - BOOK_CLOSES_AT) / 60,
                (minute - BOOK_CLOSES_AT) % 60
            ),
            "hạn 17 giờ 30 hôm nay; vẫn ghi được, báo cáo ghi là trễ".to_owned(),
        ),
        Due::On(day) if *day < today => {
            let days = calendar.working_days_between(*day, today).max(1);
            words(true, format!("Trễ {days} ngày làm việc"), format!("hạn {}", vi_date(*day)))
        }
        Due::On(day) if *day == today => {
            words(false, "Hôm nay".to_owned(), format!("hạn hết ngày {}", vi_date(*day)))
        }
        Due::On(day) => {
            let weekday = vi_weekday(*day);
            let left = calendar.working_days_between(today, *day);
            words(
                false,
                format!("{weekday} {}", vi_date(*day)),
                format!("còn {left} ngày làm việc"),
            )
        }
    }
}

/// "Còn 2 giờ 10 phút đến giờ khóa sổ 17 giờ 30."
pub fn until_close(minute: i64) -> String {
    let left = BOOK_CLOSES_AT - minute;
    if left > 0 {
        format!("Còn {} giờ {:02} phút đến giờ khóa sổ 17 giờ 30.", left / 60, left % 60)
    } else {
        "Đã khóa sổ lúc 17 giờ 30.".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relief::{CommuneToPay, ToPay};

    struct Plain;
    impl Names for Plain {
        fn list(&self, list: &WaitingList) -> String {
            format!("{}, đợt {}", list.group_code, list.round)
        }
        fn commune(&self, list: &WaitingList) -> String {
            list.commune_code.clone()
        }
        fn district(&self, code: &str) -> String {
            code.to_owned()
        }
        fn silent(&self, _: &str, commune: &str) -> String {
            commune.to_owned()
        }
    }

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 5, d).unwrap()
    }

    fn list(state: &str, ends: Option<NaiveDate>, due: Option<NaiveDate>) -> WaitingList {
        WaitingList {
            id: uuid::Uuid::nil(),
            commune_code: "18196".to_owned(),
            district_code: "439".to_owned(),
            unit_date: day(1),
            programme_code: "NQ42".to_owned(),
            group_code: "HN".to_owned(),
            round: 1,
            state: state.to_owned(),
            posting_ends_on: ends,
            due_on: due,
            people: 12,
            returned: false,
        }
    }

    #[test]
    fn a_communes_lines_are_ordered_by_urgency() {
        let work = CommuneWork {
            lists: vec![
                list("draft", None, Some(day(22))),
                list("posted", Some(day(13)), Some(day(14))),
                list("submitted", None, Some(day(1))),
            ],
            to_pay: ToPay { payable: 3, payable_dong: 4_500_000, ..ToPay::default() },
            duplicates: 2,
            ..CommuneWork::default()
        };
        let lines = commune_lines(&work, &[], &Plain, day(15));
        let what: Vec<&str> = lines.iter().map(|line| line.what.as_str()).collect();
        assert_eq!(what[0], "Kết thúc niêm yết, gửi danh sách HN, đợt 1 lên thẩm định");
        assert_eq!(what[1], "Ghi các khoản đã chi trong ngày");
        assert_eq!(what[2], "Niêm yết danh sách HN, đợt 1");
        assert_eq!(what[3], "Xử lý 2 cảnh báo trùng");
        assert_eq!(what.len(), 4, "a list that lies above is nobody's duty here");
    }

    #[test]
    fn deadlines_are_told_in_working_days() {
        let calendar = WorkingCalendar::builtin();
        let words = |due| due_words(&due, day(15), 15 * 60 + 20, &calendar);
        assert_eq!(words(Due::BookClose).main, "Còn 2 giờ 10 phút");
        let monday = words(Due::On(day(18)));
        assert_eq!(
            (monday.main.as_str(), monday.small.as_str()),
            ("thứ Hai 18/5/2020", "còn 1 ngày làm việc")
        );
        let late = words(Due::On(day(13)));
        assert!(late.late && late.main == "Trễ 2 ngày làm việc");
        assert_eq!(words(Due::On(day(15))).main, "Hôm nay");
        assert!(due_words(&Due::BookClose, day(15), 18 * 60, &calendar).late);
    }

    #[test]
    fn silent_communes_are_named_and_the_rest_counted() {
        let commune = |n: i64| CommuneToPay {
            district_code: "439".to_owned(),
            commune_code: n.to_string(),
            unpaid: n,
            silent_today: n != 3,
        };
        let work = OfficeWork { communes: (1..=7).map(commune).collect(), ..OfficeWork::default() };
        let lines = district_lines(&work, &Plain, day(15));
        assert_eq!(lines[0].what, "6 xã chưa ghi khoản chi nào hôm nay");
        assert_eq!(lines[0].detail, "1, 2, 4, 5, và 2 xã khác.");
    }
}
