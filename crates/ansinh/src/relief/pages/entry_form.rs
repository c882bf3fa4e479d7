//! `/danh-sach/dong/{id}/{viec}`: what may happen to one row, one thing a page.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use vietnam::date::vi_date;
use vietnam::identity::IdNumber;
use vietnam::money::parse_amount;

use super::entry::{counted_by, note_view, open_entry};
use super::list::Opened;
use super::{dong, parse_day, with_status};
use crate::relief::entry::{self, At, Correction, Deed};
use crate::relief::rules::{self, Facts, Refusal};
use crate::relief::steps;
use crate::relief::types::EntryRow;
use crate::relief::way::{self, State, Who};
use crate::web::{App, Desk, Error, FieldError, Fields, Page, SignedForm, html, redirect_with};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/danh-sach/dong/{id}/{viec}", get(form_page).post(submit))
}

/// Forms of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Correct,
    Identify,
    Facts,
    ClearRemark,
    Require,
    Evidence,
    Decline,
    Undecline,
    Exclude,
    Include,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::Correct,
        Self::Identify,
        Self::Facts,
        Self::ClearRemark,
        Self::Require,
        Self::Evidence,
        Self::Decline,
        Self::Undecline,
        Self::Exclude,
        Self::Include,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Correct => "sua",
            Self::Identify => "giay-to",
            Self::Facts => "dieu-kien",
            Self::ClearRemark => "ghi-chu",
            Self::Require => "can-xac-nhan",
            Self::Evidence => "xac-nhan",
            Self::Decline => "tu-choi",
            Self::Undecline => "rut-tu-choi",
            Self::Exclude => "loai",
            Self::Include => "dua-lai",
        }
    }

    pub fn label(self, row: &EntryRow) -> &'static str {
        match self {
            Self::Correct => "Sửa dòng này",
            Self::Identify if row.id_number.is_none() => "Ghi số giấy tờ đã kiểm tra",
            Self::Identify => "Sửa số giấy tờ",
            Self::Facts => "Đối chiếu ngày tháng với điều kiện",
            Self::ClearRemark => "Ghi kết quả xác minh ghi chú",
            Self::Require => "Người này tạm trú: cần xác nhận nơi thường trú",
            Self::Evidence => "Ghi giấy xác nhận đã nhận",
            Self::Decline => "Ghi nhận việc từ chối nhận hỗ trợ",
            Self::Undecline => "Rút lại việc từ chối",
            Self::Exclude => "Loại khỏi danh sách",
            Self::Include => "Đưa lại vào danh sách",
        }
    }

    /// Whether this officer may do it to this row now.
    pub fn allowed(self, opened: &Opened, row: &EntryRow, who: Who) -> Result<(), Refusal> {
        let list = &opened.standing;
        let approved = list.state == State::Approved;
        let fits = match self {
            Self::Correct => list.state == State::Draft && row.is_listed(),
            Self::Identify | Self::Facts | Self::Decline | Self::Exclude => row.is_listed(),
            Self::ClearRemark => row.is_listed() && row.problem == "remark" && !approved,
            Self::Require => row.is_listed() && row.needs.is_empty() && !approved,
            Self::Evidence => row.is_listed() && !row.needs.is_empty() && !approved,
            Self::Undecline => row.state == "declined",
            Self::Include => row.state == "excluded",
        };
        if !fits {
            return Err(Refusal {
                text: "Việc này không làm được với dòng ở tình trạng hiện tại".to_owned(),
                legal: "Mở lại trang của dòng để xem việc nào làm được.".to_owned(),
            });
        }
        match self {
            Self::Correct | Self::ClearRemark | Self::Exclude | Self::Include => {
                way::may_change_rows(list, who)
            }
            _ => way::may_record(list, who),
        }
    }
}

struct Input {
    name: String,
    label: String,
    hint: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "relief/templates/entry_form.html")]
struct FormPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    slug: &'static str,
    name: String,
    list_name: String,
    button: &'static str,
    lead: &'static str,
    inputs: Vec<Input>,
}

fn kind_of(slug: &str) -> Result<Kind, Error> {
    Kind::ALL.into_iter().find(|kind| kind.slug() == slug).ok_or(Error::NotFound)
}

async fn form_page(
    desk: Desk,
    Path((id, slug)): Path<(String, String)>,
) -> Result<Response, Error> {
    let kind = kind_of(&slug)?;
    let (row, opened) = open_entry(&desk, &id).await?;
    kind.allowed(&opened, &row, steps::who(&desk.actor))?;
    need_known(&desk, kind, &opened, &row)?;
    if kind == Kind::Identify && row.id_number.is_some() {
        note_view(&desk, &row, &opened, "danh-sach/dong/giay-to").await?;
    }
    let inputs = inputs(&desk, kind, &row, &opened, None);
    html(&view(&desk, kind, &row, &opened, vec![], inputs))
}

/// Only groups that know such a paper can ask for it.
fn need_known(desk: &Desk, kind: Kind, opened: &Opened, row: &EntryRow) -> Result<(), Error> {
    if kind == Kind::Require && first_need(&desk.app, opened, row).is_none() {
        return Err(Error::refused(
            "Nhóm này không cần giấy xác nhận nơi thường trú",
            "Chỉ lao động tự do tạm trú mới cần (QĐ 15/2020/QĐ-TTg).",
        ));
    }
    Ok(())
}

fn first_need(app: &App, opened: &Opened, row: &EntryRow) -> Option<String> {
    let programme = app.catalogue.programme(&opened.list.programme_code)?;
    programme.group(&row.group_code)?.needs.first().map(|need| need.code.clone())
}

fn view(
    desk: &Desk,
    kind: Kind,
    row: &EntryRow,
    opened: &Opened,
    errors: Vec<FieldError>,
    inputs: Vec<Input>,
) -> FormPage {
    FormPage {
        page: desk.page(kind.label(row), "danh-sach"),
        errors,
        id: row.id.to_string(),
        slug: kind.slug(),
        name: row.full_name.clone(),
        list_name: opened.name.clone(),
        button: kind.label(row),
        lead: lead(kind),
        inputs,
    }
}

fn lead(kind: Kind) -> &'static str {
    match kind {
        Kind::Correct => "Chữ trong tệp gốc vẫn được giữ. Ghi lại theo giấy tờ.",
        Kind::Identify => {
            "Chỉ ghi số đã nhìn thấy trên giấy tờ. Máy tìm lại người trùng; khoản chờ vì thiếu \
             giấy tờ sẽ chi được."
        }
        Kind::Facts => "Ghi các ngày biết chắc; bỏ trống ngày chưa biết.",
        Kind::ClearRemark => "Ghi đã hỏi ai, xem giấy tờ nào, kết quả ra sao.",
        Kind::Require => {
            "Dòng này sẽ chờ xác nhận của xã nơi thường trú là không đề nghị hưởng ở đó."
        }
        Kind::Evidence => "Ghi số, ngày, nơi cấp của giấy xác nhận.",
        Kind::Decline => {
            "Từ chối là việc của từng người, tự nguyện, và rút lại được. Không ghi thay cho cả nhóm."
        }
        Kind::Undecline => "Người này lại muốn nhận. Dòng trở về danh sách đề nghị hỗ trợ.",
        Kind::Exclude => "Dòng bị loại vẫn nằm trong danh sách, kèm lý do, và đưa lại được.",
        Kind::Include => "Dòng trở lại danh sách đề nghị hỗ trợ; máy tìm lại người trùng.",
    }
}

fn inputs(
    desk: &Desk,
    kind: Kind,
    row: &EntryRow,
    opened: &Opened,
    typed: Option<&Fields>,
) -> Vec<Input> {
    let input = |name: &str, label: &str, hint: &'static str, stored: String| Input {
        name: name.to_owned(),
        label: label.to_owned(),
        hint,
        value: typed.map_or(stored, |typed| typed.get(name).to_owned()),
    };
    let none = String::new;
    match kind {
        Kind::Correct => correct_inputs(row, counted_by(desk, opened, row).0, input),
        Kind::Identify => vec![
            input("so", "Số CMND/CCCD", "CMND có 9 chữ số, CCCD có 12", none()),
            input(
                "can_cu",
                "Đã kiểm tra bằng",
                "Ví dụ: xem thẻ CCCD bản gốc ngày 20/5/2020",
                none(),
            ),
        ],
        Kind::Facts => {
            let facts: Facts = serde_json::from_str(&row.facts).unwrap_or_default();
            fields_of(desk, opened, row)
                .iter()
                .map(|(fact, label)| {
                    let stored = facts.get(fact).map_or_else(String::new, |date| vi_date(*date));
                    input(fact, label, "Ví dụ 30/4/2020", stored)
                })
                .collect()
        }
        Kind::Decline => vec![
            input("ngay", "Ngày từ chối", "Ví dụ 19/6/2020", vi_date(desk.app.clock.today())),
            input("cach", "Thể hiện bằng", "Ví dụ: đơn viết tay có chữ ký, xã giữ bản gốc", none()),
        ],
        Kind::Evidence => vec![input(
            "giay",
            "Số, ngày, nơi cấp",
            "Ví dụ: Giấy xác nhận số 12 ngày 18/5/2020 của UBND xã Đắk Ha",
            row.needs_evidence.clone(),
        )],
        Kind::ClearRemark | Kind::Undecline | Kind::Exclude => {
            vec![input("ly_do", "Lý do", "Ít nhất 5 chữ cái", none())]
        }
        Kind::Require | Kind::Include => Vec::new(),
    }
}

fn correct_inputs(
    row: &EntryRow,
    count_label: &str,
    input: impl Fn(&str, &str, &'static str, String) -> Input,
) -> Vec<Input> {
    let number = |value: Option<i32>| value.map_or_else(String::new, |n| n.to_string());
    let sex = match row.sex.as_deref() {
        Some("M") => "Nam",
        Some("F") => "Nữ",
        _ => "",
    };
    let mut inputs = vec![
        input("ho_ten", "Họ và tên", "", row.full_name.clone()),
        input("ngay_sinh", "Ngày sinh", "Đủ ngày, hoặc tháng/năm, hoặc năm", row.birth()),
        input("gioi", "Giới tính", "Nam, Nữ hoặc bỏ trống", sex.to_owned()),
        input("thon", "Thôn", "", row.hamlet.clone()),
        input("dia_chi", "Địa chỉ", "", row.address.clone()),
        input("so_thang", count_label, "", number(row.months)),
    ];
    if row.household_of.is_none() {
        let amount = row.amount_dong.map_or_else(String::new, dong);
        inputs.push(input("so_khau", "Số khẩu", "Chỉ với hộ", number(row.household_size)));
        inputs.push(input("so_tien", "Số tiền, đồng", "Ví dụ 1.500.000", amount));
    }
    inputs
}

fn fields_of(desk: &Desk, opened: &Opened, row: &EntryRow) -> Vec<(String, String)> {
    let programme = desk.app.catalogue.programme(&opened.list.programme_code);
    let known = programme.and_then(|p| Some((p, p.group(&row.group_code)?)));
    known.map_or_else(Vec::new, |(programme, group)| rules::fact_fields(programme, group))
}

async fn submit(
    Path((id, slug)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let kind = kind_of(&slug)?;
    let (row, opened) = open_entry(&desk, &id).await?;
    kind.allowed(&opened, &row, steps::who(&desk.actor))?;
    need_known(&desk, kind, &opened, &row)?;
    let deed = match read(&desk, kind, &row, &opened, &fields) {
        Ok(deed) => deed,
        Err(errors) => {
            let inputs = inputs(&desk, kind, &row, &opened, Some(&fields));
            let page = html(&view(&desk, kind, &row, &opened, errors, inputs))?;
            return Ok(with_status(page, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let at = At { app: &desk.app, actor: &desk.actor, list: &opened.list, row: &row };
    entry::act(&at, &deed).await?;
    let told = format!("Đã ghi: {}.", kind.label(&row).to_lowercase());
    Ok(redirect_with(&format!("/danh-sach/dong/{}", row.id), "xong", &told))
}

fn read(
    desk: &Desk,
    kind: Kind,
    row: &EntryRow,
    opened: &Opened,
    fields: &Fields,
) -> Result<Deed, Vec<FieldError>> {
    let one = |name: &str, message: &str| vec![FieldError::new(name, message)];
    let text = |name: &str, message: &str| {
        let value = vietnam::text::clean(fields.get(name));
        let length = value.chars().count();
        if (5..=500).contains(&length) { Ok(value) } else { Err(one(name, message)) }
    };
    let reason = || text("ly_do", "Ghi lý do, từ 5 đến 500 chữ cái.");
    match kind {
        Kind::Correct => {
            let count = counted_by(desk, opened, row);
            read_correction(row, count, fields).map(|new| Deed::Correct(Box::new(new)))
        }
        Kind::Identify => {
            let typed: String = fields.get("so").chars().filter(|c| !" .".contains(*c)).collect();
            let number = IdNumber::parse(&typed)
                .map_err(|error| one("so", &format!("Số CMND/CCCD: {error}.")))?;
            let how = text("can_cu", "Ghi đã kiểm tra bằng giấy tờ nào, ngày nào.")?;
            Ok(Deed::Identify(number.as_str().to_owned(), how))
        }
        Kind::Facts => {
            let facts = read_facts(desk, row, opened, fields)?;
            // Anybody who records may bring news of a death; it holds money, so only whoever has
            // the list in hand takes it back.
            let may = way::may_change_rows(&opened.standing, steps::who(&desk.actor));
            match &may {
                Err(why) if entry::lifts_death(&row.facts, &facts) => {
                    let told = "Ngày mất đã ghi đang giữ khoản chi lại, tài khoản này không xóa \
                                hoặc đổi được.";
                    Err(one("died_on", &format!("{told} {}", why.legal)))
                }
                _ => Ok(Deed::Facts(facts, may.is_ok())),
            }
        }
        Kind::Decline => {
            let today = desk.app.clock.today();
            let day = parse_day(fields.get("ngay")).filter(|day| *day <= today);
            let wrong = "Ghi ngày từ chối theo ngày/tháng/năm, không ở tương lai.";
            let day = day.ok_or_else(|| one("ngay", wrong))?;
            let how = text("cach", "Ghi người này thể hiện việc từ chối bằng cách nào.")?;
            Ok(Deed::Decline(day, how))
        }
        Kind::Evidence => {
            text("giay", "Ghi số, ngày, nơi cấp của giấy xác nhận.").map(Deed::Evidence)
        }
        Kind::ClearRemark => reason().map(Deed::ClearRemark),
        Kind::Undecline => reason().map(Deed::Undecline),
        Kind::Exclude => reason().map(Deed::Exclude),
        Kind::Require => Ok(Deed::Require(first_need(&desk.app, opened, row).unwrap_or_default())),
        Kind::Include => Ok(Deed::Include),
    }
}

fn read_correction(
    row: &EntryRow,
    (label, most): (&str, i32),
    fields: &Fields,
) -> Result<Correction, Vec<FieldError>> {
    let mut errors = Vec::new();
    let full_name = vietnam::text::clean(&vietnam::text::nfc(fields.get("ho_ten")));
    if !(2..=100).contains(&full_name.chars().count()) {
        errors.push(FieldError::new("ho_ten", "Ghi họ và tên, từ 2 đến 100 chữ."));
    }
    // Only rows that carry an amount ask for it and for the household's size.
    let asks = |name: &str| row.household_of.is_none() && fields.has(name);
    let new = Correction {
        full_name,
        birth: read_birth(fields.get("ngay_sinh"), &mut errors),
        sex: read_sex(fields.get("gioi"), &mut errors),
        hamlet: vietnam::text::clean(fields.get("thon")),
        address: vietnam::text::clean(fields.get("dia_chi")),
        months: read_number(fields, "so_thang", label, most, &mut errors),
        household_size: if asks("so_khau") {
            read_number(fields, "so_khau", "Số khẩu", 40, &mut errors)
        } else {
            row.household_size
        },
        amount_dong: if asks("so_tien") {
            read_amount(fields.get("so_tien"), &mut errors)
        } else {
            row.amount_dong
        },
    };
    if errors.is_empty() { Ok(new) } else { Err(errors) }
}

type BirthParts = (Option<i32>, Option<i32>, Option<i32>);

fn read_birth(typed: &str, errors: &mut Vec<FieldError>) -> BirthParts {
    if typed.is_empty() {
        return (None, None, None);
    }
    match vietnam::date::parse_birth(typed) {
        Ok(date) => (
            Some(date.year),
            date.month.and_then(|month| i32::try_from(month).ok()),
            date.day.and_then(|day| i32::try_from(day).ok()),
        ),
        Err(error) => {
            errors.push(FieldError::new("ngay_sinh", format!("Ngày sinh: {error}.")));
            (None, None, None)
        }
    }
}

fn read_sex(typed: &str, errors: &mut Vec<FieldError>) -> Option<String> {
    match vietnam::text::fold(typed).as_str() {
        "" => None,
        "nam" => Some("M".to_owned()),
        "nu" => Some("F".to_owned()),
        _ => {
            errors.push(FieldError::new("gioi", "Giới tính ghi Nam, Nữ hoặc bỏ trống."));
            None
        }
    }
}

fn read_number(
    fields: &Fields,
    name: &str,
    label: &str,
    most: i32,
    errors: &mut Vec<FieldError>,
) -> Option<i32> {
    let typed = fields.get(name);
    if typed.is_empty() {
        return None;
    }
    let value = typed.parse::<i32>().ok().filter(|number| (1..=most).contains(number));
    if value.is_none() {
        errors.push(FieldError::new(name, format!("{label} là số từ 1 đến {most}.")));
    }
    value
}

fn read_amount(typed: &str, errors: &mut Vec<FieldError>) -> Option<i64> {
    if typed.is_empty() {
        return None;
    }
    let amount = parse_amount(typed).map(|amount| amount.dong.0);
    let amount = amount.filter(|dong| (0..=1_000_000_000).contains(dong));
    if amount.is_none() {
        errors.push(FieldError::new("so_tien", "Số tiền là số đồng, ví dụ 1.500.000."));
    }
    amount
}

fn read_facts(
    desk: &Desk,
    row: &EntryRow,
    opened: &Opened,
    fields: &Fields,
) -> Result<Facts, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut facts = Facts::new();
    for (fact, label) in fields_of(desk, opened, row) {
        let typed = fields.get(&fact);
        if typed.is_empty() {
            continue;
        }
        match parse_day(typed) {
            Some(date) => {
                facts.insert(fact, date);
            }
            None => {
                let told = format!("{label}: ghi theo ngày/tháng/năm, ví dụ 30/4/2020.");
                errors.push(FieldError::new(fact, told));
            }
        }
    }
    if errors.is_empty() { Ok(facts) } else { Err(errors) }
}
