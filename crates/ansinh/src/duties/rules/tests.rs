use super::*;
use crate::relief::ToPay;

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
}

fn at(d: u32, minute: i64) -> Moment {
    Moment { day: day(d), minute, closes: 1050 }
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
    let update = Update {
        today: Some(Became::Open),
        missed: vec![day(14), day(12), day(11), day(8), day(7)],
        ..Update::default()
    };
    let lines = commune_lines(&work, &update, &[], &Plain, at(15, 920));
    let what: Vec<&str> = lines.iter().map(|line| line.what.as_str()).collect();
    let expected = [
        "Gửi báo cáo ngày 11/5/2020",
        "Gửi báo cáo ngày 12/5/2020",
        "Gửi báo cáo ngày 14/5/2020",
        "Kết thúc niêm yết, gửi danh sách HN, đợt 1 lên thẩm định",
        "Ghi các khoản đã chi trong ngày",
        "Gửi báo cáo ngày 15/5/2020",
        "Niêm yết danh sách HN, đợt 1",
        "Còn 2 ngày trước đó chưa gửi báo cáo",
        "Xử lý 2 cảnh báo trùng",
    ];
    assert_eq!(what, expected, "a list that lies above is nobody's duty here");
    assert_eq!(lines[5].zero_day, Some(day(15)), "nothing paid: one press reports it");
}

#[test]
fn deadlines_are_told_in_working_days() {
    let calendar = WorkingCalendar::builtin();
    let words = |due| due_words(&due, at(15, 15 * 60 + 20), &calendar);
    assert_eq!(words(Due::BookClose).main, "Còn 2 giờ 10 phút");
    let monday = words(Due::On(day(18)));
    assert_eq!(
        (monday.main.as_str(), monday.small.as_str()),
        ("thứ Hai 18/5/2020", "còn 1 ngày làm việc")
    );
    let late = words(Due::On(day(13)));
    assert!(late.late && late.main == "Trễ 2 ngày làm việc");
    assert_eq!(words(Due::On(day(15))).main, "Hôm nay");
    assert!(due_words(&Due::BookClose, at(15, 18 * 60), &calendar).late);
}

#[test]
fn silent_communes_are_named_and_the_rest_counted() {
    let silent: Vec<String> = (1..=6).map(|n| n.to_string()).collect();
    let lines = district_lines(&OfficeWork::default(), &silent, &Plain, day(15));
    assert_eq!(lines[0].what, "6 xã chưa gửi báo cáo chi trả hôm nay");
    assert_eq!(lines[0].detail, "1, 2, 3, 4, và 2 xã khác.");
}

#[test]
fn a_report_that_is_in_is_asked_for_again_only_when_the_book_has_moved() {
    let sent = |entries, paid| Update {
        today: Some(Became::Done(DateTime::UNIX_EPOCH)),
        sent_entries: Some(entries),
        figures: DayFigures { paid, ..DayFigures::default() },
        ..Update::default()
    };
    assert_eq!(report_line(&sent(3, 3), at(15, 920)), None);
    let again = report_line(&sent(3, 5), at(15, 920)).unwrap();
    assert_eq!(again.what, "Gửi lại báo cáo ngày 15/5/2020");
    assert_eq!(again.zero_day, None);
    assert_eq!(report_line(&Update::default(), at(15, 920)), None, "nothing is owed");
    let open = Update { today: Some(Became::Missed), ..Update::default() };
    assert_eq!(report_line(&open, at(15, 1050)).unwrap().zero_day, None, "late: with a reason");
}

#[test]
fn moments_are_told_with_their_day_only_when_it_is_another() {
    let at = DateTime::parse_from_rfc3339("2020-05-15T17:31:00+07:00").unwrap().to_utc();
    assert_eq!(moment_words(at, day(15)), "17 giờ 31");
    assert_eq!(moment_words(at, day(16)), "17 giờ 31 ngày 15/5/2020");
}
