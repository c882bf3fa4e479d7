//! Which lines stand on the home page, and how urgent they are: pure decisions.

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use vietnam::calendar::WorkingCalendar;
use vietnam::date::{vi_date, vi_weekday};
use vietnam::money::Dong;

use super::types::Became;
use crate::clock::local;
use crate::feedback::Waiting as Voices;
use crate::intake::ReadyFile;
use crate::relief::{CommuneWork, DayFigures, OfficeWork, WaitingList, WaitingLists};
use crate::steering::Waiting as Orders;

/// The present moment in Việt Nam.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Day.
    pub day: NaiveDate,
    /// Minutes after midnight.
    pub minute: i64,
    /// Minutes after midnight at which today's book closes.
    pub closes: i64,
}

/// How a commune stands with its daily payment update.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// Today's; `None` when nothing is owed today.
    pub today: Option<Became>,
    /// Entries that today's last report counted.
    pub sent_entries: Option<i64>,
    /// Today's book as it stands.
    pub figures: DayFigures,
    /// Earlier days that were missed, the newest first.
    pub missed: Vec<NaiveDate>,
}

/// "17 giờ 30" of minutes after midnight.
pub fn clock_words(minute: u32) -> String {
    format!("{} giờ {:02}", minute / 60, minute % 60)
}

/// "17 giờ 31", with the day when it is another than `today`.
pub fn moment_words(at: DateTime<Utc>, today: NaiveDate) -> String {
    let (day, time) = local(at);
    let hour = clock_words(time.hour() * 60 + time.minute());
    if day == today { hour } else { format!("{hour} ngày {}", vi_date(day)) }
}

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
    /// The day for which "0 khoản" can be reported from here with one press.
    pub zero_day: Option<NaiveDate>,
}

/// Names that the rules put into sentences.
pub trait Names {
    /// "Hộ nghèo, đợt 1".
    fn list(&self, list: &WaitingList) -> String;
    /// "Xã Sơn Kim 1".
    fn commune(&self, list: &WaitingList) -> String;
    /// "Huyện Hương Sơn"; "các xã" for the empty code.
    fn district(&self, code: &str) -> String;
}

/// What a commune has to do, most urgent first.
pub fn commune_lines(
    work: &CommuneWork,
    update: &Update,
    files: &[ReadyFile],
    names: &impl Names,
    at: Moment,
) -> Vec<Line> {
    let today = at.day;
    let mut lines: Vec<Line> = Vec::new();
    if work.to_pay.payable > 0 {
        lines.push(pay_line(work, update));
    }
    lines.extend(report_line(update, at));
    lines.extend(missed_lines(update));
    lines.extend(work.lists.iter().filter_map(|list| own_list_line(list, names, today)));
    if work.duplicates > 0 {
        lines.push(Line {
            what: format!("Xử lý {} cảnh báo trùng", Dong(work.duplicates)),
            detail:
                "Mỗi người chỉ hưởng một chính sách; chưa xử lý thì dòng trùng chưa duyệt được."
                    .to_owned(),
            due: work.duplicates_due.map_or(Due::Open, Due::On),
            button: "Xem cảnh báo",
            href: "/canh-bao".to_owned(),
            zero_day: None,
        });
    }
    lines.extend(files.iter().map(|file| Line {
        what: format!("Kiểm tra và ghi tệp {}", file.file_name),
        detail: "Tệp đã đọc xong, chưa ghi vào danh sách.".to_owned(),
        due: Due::Open,
        button: "Xem trước",
        href: format!("/nhap-lieu/{}", file.id),
        zero_day: None,
    }));
    if work.without_papers > 0 {
        lines.push(Line {
            what: format!("Bổ sung giấy tờ cho {} người", Dong(work.without_papers)),
            detail: "Chưa có số CMND, căn cước công dân: duyệt được nhưng chưa chi được."
                .to_owned(),
            due: Due::Open,
            button: "Mở danh sách",
            href: "/danh-sach".to_owned(),
            zero_day: None,
        });
    }
    order(&mut lines, today);
    lines
}

fn pay_line(work: &CommuneWork, update: &Update) -> Line {
    let today = match work.entries_today {
        0 => "Hôm nay chưa ghi khoản nào.".to_owned(),
        n => format!("Hôm nay đã ghi {} khoản.", Dong(n)),
    };
    let due = match update.today {
        Some(Became::Open | Became::Missed) => Due::BookClose,
        Some(Became::Done(_) | Became::Late(_) | Became::Excused) | None => Due::Open,
    };
    Line {
        what: "Ghi các khoản đã chi trong ngày".to_owned(),
        detail: format!(
            "Còn {} khoản chưa chi, {}. {today}",
            Dong(work.to_pay.payable),
            Dong(work.to_pay.payable_dong).with_unit()
        ),
        due,
        button: "Ghi khoản đã chi",
        href: "/chi-tra".to_owned(),
        zero_day: None,
    }
}

fn report_line(update: &Update, at: Moment) -> Option<Line> {
    let entries = update.figures.entries();
    let in_time = at.minute < at.closes;
    let (what, detail) = match (update.today?, update.sent_entries) {
        (Became::Excused, _) => return None,
        (_, Some(sent)) if sent == entries => return None,
        (_, Some(sent)) => (
            format!("Gửi lại báo cáo ngày {}", vi_date(at.day)),
            format!("Báo cáo đã gửi có {} bút toán, sổ nay có {}.", Dong(sent), Dong(entries)),
        ),
        (_, None) if entries == 0 => (
            format!("Gửi báo cáo ngày {}", vi_date(at.day)),
            "Chưa ghi khoản nào. Hôm nay không chi ai thì báo cáo 0 khoản.".to_owned(),
        ),
        (_, None) => (
            format!("Gửi báo cáo ngày {}", vi_date(at.day)),
            format!(
                "Hôm nay: {} khoản đã chi, {}; {} khoản không chi được.",
                Dong(update.figures.paid),
                Dong(update.figures.paid_dong).with_unit(),
                Dong(update.figures.not_paid)
            ),
        ),
    };
    let zero = entries == 0 && in_time && update.sent_entries.is_none();
    Some(Line {
        what,
        detail,
        due: Due::BookClose,
        button: if zero { "Gửi: 0 khoản chi hôm nay" } else { "Gửi báo cáo ngày" },
        href: "/viec/bao-cao".to_owned(),
        zero_day: zero.then_some(at.day),
    })
}

/// The newest missed days one by one, the others as a number.
fn missed_lines(update: &Update) -> Vec<Line> {
    const NAMED_MAX: usize = 3;
    let mut lines: Vec<Line> = update
        .missed
        .iter()
        .take(NAMED_MAX)
        .map(|day| Line {
            what: format!("Gửi báo cáo ngày {}", vi_date(*day)),
            detail: "Ngày này chưa gửi báo cáo; gửi bây giờ thì ghi là trễ, kèm lý do.".to_owned(),
            due: Due::On(*day),
            button: "Gửi báo cáo trễ",
            href: format!("/viec/bao-cao?ngay={day}"),
            zero_day: None,
        })
        .collect();
    if let Some(rest) = update.missed.get(NAMED_MAX..)
        && !rest.is_empty()
    {
        lines.push(Line {
            what: format!("Còn {} ngày trước đó chưa gửi báo cáo", rest.len()),
            detail: "Xem từng ngày ở trang Đôn đốc.".to_owned(),
            due: Due::Open,
            button: "Xem từng ngày",
            href: "/don-doc".to_owned(),
            zero_day: None,
        });
    }
    lines
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
    let href = format!("/danh-sach/{}", list.id);
    Some(Line { what, detail, due, button, href, zero_day: None })
}

/// What a district has to do, most urgent first. Its lists are named one by one; those beyond
/// the named ones are a line of their own.
/// `silent`: names of communes whose update of today is not in.
pub fn district_lines(
    work: &OfficeWork,
    silent: &[String],
    names: &impl Names,
    today: NaiveDate,
) -> Vec<Line> {
    let mut lines: Vec<Line> = work
        .lists
        .iter()
        .map(|list| Line {
            what: format!("Thẩm định danh sách {}, {}", names.list(list), names.commune(list)),
            detail: format!("{} người.", Dong(list.people)),
            due: list.due_on.map_or(Due::Open, Due::On),
            button: "Thẩm định",
            href: format!("/danh-sach/{}", list.id),
            zero_day: None,
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
            zero_day: None,
        });
    }
    lines.extend(silent_line(silent));
    lines.extend(duplicates_line(work));
    order(&mut lines, today);
    lines
}

/// What the province has to do: decisions by district, and, where there is no district between,
/// appraisal.
pub fn province_lines(
    work: &OfficeWork,
    silent: &[String],
    names: &impl Names,
    today: NaiveDate,
) -> Vec<Line> {
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
            zero_day: None,
        })
        .collect();
    lines.extend(in_state(work, "submitted").filter(|lists| lists.district_code.is_empty()).map(
        |lists| Line {
            what: format!("Thẩm định {} danh sách của các xã", Dong(lists.lists)),
            detail: "Không còn cấp huyện: tỉnh thẩm định.".to_owned(),
            due: lists.due_on.map_or(Due::Open, Due::On),
            button: "Thẩm định",
            href: "/danh-sach".to_owned(),
            zero_day: None,
        },
    ));
    lines.extend(silent_line(silent));
    order(&mut lines, today);
    lines
}

fn in_state<'a>(work: &'a OfficeWork, state: &'a str) -> impl Iterator<Item = &'a WaitingLists> {
    work.by_district.iter().filter(move |lists| lists.state == state)
}

fn silent_line(silent: &[String]) -> Option<Line> {
    const NAMED_MAX: usize = 4;
    if silent.is_empty() {
        return None;
    }
    let mut named: Vec<String> = silent.iter().take(NAMED_MAX).cloned().collect();
    if silent.len() > NAMED_MAX {
        named.push(format!("và {} xã khác", silent.len() - NAMED_MAX));
    }
    Some(Line {
        what: format!("{} xã chưa gửi báo cáo chi trả hôm nay", silent.len()),
        detail: format!("{}.", named.join(", ")),
        due: Due::BookClose,
        button: "Đôn đốc",
        href: "/don-doc".to_owned(),
        zero_day: None,
    })
}

fn duplicates_line(work: &OfficeWork) -> Option<Line> {
    (work.duplicates > 0).then(|| Line {
        what: format!("{} cảnh báo trùng chưa xử lý", Dong(work.duplicates)),
        detail: "Dòng trùng chưa xử lý thì chưa duyệt được.".to_owned(),
        due: work.duplicates_due.map_or(Due::Open, Due::On),
        button: "Xem cảnh báo",
        href: "/canh-bao".to_owned(),
        zero_day: None,
    })
}

/// The lines with what citizens and units wait to be told, in the order of urgency.
pub fn with_voices(mut lines: Vec<Line>, voices: &Voices, today: NaiveDate) -> Vec<Line> {
    if voices.open > 0 {
        lines.push(Line {
            what: format!("Trả lời {} câu hỏi, phản ánh, khiếu nại", Dong(voices.open)),
            detail: match voices.late {
                0 => "Người gửi chờ trả lời; hạn của phiếu gấp nhất ghi ở bên.".to_owned(),
                late => format!("{} phiếu đã quá hạn.", Dong(late)),
            },
            due: voices.due_on.map_or(Due::Open, Due::On),
            button: "Mở ý kiến",
            href: "/y-kien".to_owned(),
            zero_day: None,
        });
        order(&mut lines, today);
    }
    lines
}

/// The lines with what the levels above have ordered, and what units report that they have done.
pub fn with_orders(mut lines: Vec<Line>, orders: &Orders, today: NaiveDate) -> Vec<Line> {
    let mut push = |what: String, detail: String, due, button| {
        let href = "/chi-dao".to_owned();
        lines.push(Line { what, detail, due, button, href, zero_day: None });
    };
    if orders.open > 0 {
        let detail = match orders.late {
            0 => "Theo văn bản chỉ đạo, kế hoạch, đợt rà soát; hạn gấp nhất ghi ở bên.".to_owned(),
            late => format!("{} việc đã quá hạn.", Dong(late)),
        };
        let due = orders.due_on.map_or(Due::Open, Due::On);
        push(format!("Làm {} việc cấp trên giao", Dong(orders.open)), detail, due, "Mở chỉ đạo");
    }
    if orders.confirm > 0 {
        let what = format!("Xác nhận {} việc đơn vị báo xong, xin lùi hạn", Dong(orders.confirm));
        let detail = "Chưa xác nhận thì việc chưa được tính là xong.".to_owned();
        push(what, detail, Due::Open, "Xem và xác nhận");
    }
    order(&mut lines, today);
    lines
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

/// The words of a deadline.
pub fn due_words(due: &Due, at: Moment, calendar: &WorkingCalendar) -> DueWords {
    let words = |late, main: String, small: String| DueWords { late, main, small };
    let hour = clock_words(u32::try_from(at.closes).unwrap_or(0));
    let today = at.day;
    match due {
        Due::Open => words(false, "Khi làm được".to_owned(), String::new()),
        Due::BookClose if at.minute < at.closes => {
            let left = at.closes - at.minute;
            let main = format!("Còn {} giờ {:02} phút", left / 60, left % 60);
            words(false, main, format!("hạn {hour} hôm nay"))
        }
        Due::BookClose => {
            let late = at.minute - at.closes;
            let main = format!("Trễ {} giờ {:02} phút", late / 60, late % 60);
            words(true, main, format!("hạn {hour} hôm nay; vẫn làm được, ghi là trễ"))
        }
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
pub fn until_close(at: Moment) -> String {
    let left = at.closes - at.minute;
    let hour = clock_words(u32::try_from(at.closes).unwrap_or(0));
    if left > 0 {
        format!("Còn {} giờ {:02} phút đến giờ khóa sổ {hour}.", left / 60, left % 60)
    } else {
        format!("Đã khóa sổ lúc {hour}.")
    }
}

#[cfg(test)]
mod tests;
