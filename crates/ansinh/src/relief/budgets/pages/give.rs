//! What a budget gives is written down, or taken back.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::{Dong, parse_amount};
use vietnam::text::clean;

use crate::clock::new_id;
use crate::identity::Role;
use crate::relief::budgets::acts::{Allotment, allot};
use crate::relief::budgets::rules::DONG_MAX;
use crate::relief::budgets::store;
use crate::web::{
    App, Choice, Desk, Error, FieldError, Fields, Page, SignedForm, html, read_day, redirect_with,
    unprocessable,
};

const HERE: &str = "/bao-cao/nguon-kinh-phi";
const DEED: &str = "ghi số kinh phí được giao";

#[derive(Template)]
#[template(path = "relief/budgets/templates/give.html")]
struct GivePage {
    page: Page,
    errors: Vec<FieldError>,
    act: String,
    sources: Vec<Choice>,
    ways: Vec<Choice>,
    number: String,
    on: String,
    amount: String,
    note: String,
}

/// A budget of a programme as the form names it: `NQ42:tinh`.
fn sources(app: &App, chosen: &str) -> Vec<Choice> {
    let own = |programme: &&crate::relief::Programme| !programme.read_only;
    let programmes = app.catalogue.programmes().iter().filter(own);
    let choices = programmes.flat_map(|programme| {
        programme.sources.iter().map(move |source| {
            let label = format!("{}: {}", programme.name, source.name);
            Choice::new(format!("{}:{}", programme.code, source.code), label, chosen)
        })
    });
    std::iter::once(Choice::new("", "Chọn…", chosen)).chain(choices).collect()
}

fn page(desk: &Desk, act: String, fields: &Fields, errors: Vec<FieldError>) -> GivePage {
    let typed = |name: &str| fields.get(name).to_owned();
    let way = if fields.get("chieu") == "giam" { "giam" } else { "giao" };
    GivePage {
        page: desk.page("Ghi số kinh phí được giao", "bao-cao"),
        errors,
        act,
        sources: sources(&desk.app, fields.get("nguon")),
        ways: vec![
            Choice::new("giao", "Giao, bổ sung", way),
            Choice::new("giam", "Giảm, thu về", way),
        ],
        number: typed("so"),
        on: typed("ngay"),
        amount: typed("so_tien"),
        note: typed("ghi_chu"),
    }
}

/// `GET /bao-cao/nguon-kinh-phi/giao`
pub(super) async fn form(desk: Desk) -> Result<Response, Error> {
    desk.actor.require(&[Role::Province], DEED)?;
    let act = new_id(desk.app.clock.now())?.to_string();
    html(&page(&desk, act, &Fields::default(), vec![]))
}

/// The form as it was typed, or what is wrong with it.
fn read(app: &App, fields: &Fields, act: Uuid) -> Result<Allotment, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, text: &str| errors.push(FieldError::new(field, text));
    let chosen = fields.get("nguon").split_once(':').and_then(|(programme, source)| {
        let programme = app.catalogue.programme(programme).filter(|one| !one.read_only)?;
        let source = programme.sources.iter().find(|one| one.code == source)?;
        Some((programme.code.clone(), source.code.clone(), source.name.clone()))
    });
    if chosen.is_none() {
        wrong("nguon", "Chọn chương trình và nguồn.");
    }
    let number = clean(fields.get("so"));
    if !(2..=120).contains(&number.chars().count()) {
        wrong("so", "Ghi số văn bản giao, như 2101/QĐ-BTC.");
    }
    let on = read_day(fields.get("ngay")).filter(|day| *day <= app.clock.today());
    if on.is_none() {
        wrong("ngay", "Ghi ngày văn bản, như 19/6/2020, không sau hôm nay.");
    }
    let amount = parse_amount(fields.get("so_tien")).map(|read| read.dong.0);
    let amount = amount.filter(|dong| (1..=DONG_MAX).contains(dong));
    if amount.is_none() {
        wrong("so_tien", "Ghi số tiền bằng đồng, lớn hơn 0, như 12.500.000.000 hoặc 12,5 tỷ.");
    }
    let note = clean(fields.get("ghi_chu"));
    if note.chars().count() > 500 {
        wrong("ghi_chu", "Ghi chú dài quá 500 ký tự. Hãy rút gọn.");
    }
    let (Some((programme, source, name)), Some(decided_on), Some(amount), true) =
        (chosen, on, amount, errors.is_empty())
    else {
        return Err(errors);
    };
    let amount_dong = if fields.get("chieu") == "giam" { -amount } else { amount };
    let reverses = None;
    Ok(Allotment { act, programme, source, name, number, decided_on, amount_dong, note, reverses })
}

/// `POST /bao-cao/nguon-kinh-phi/giao`
pub(super) async fn send(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::Province], DEED)?;
    let act = fields.act_id()?;
    let again = |errors| unprocessable(&page(desk, act.to_string(), fields, errors));
    let allotment = match read(&desk.app, fields, act) {
        Ok(allotment) => allotment,
        Err(errors) => return again(errors),
    };
    match allot(&desk.app, &desk.actor, &allotment).await {
        Err(Error::Refused { what, remedy }) => {
            again(vec![FieldError::new("so_tien", format!("{what}. {remedy}"))])
        }
        Err(error) => Err(error),
        Ok(()) => {
            let amount = Dong(allotment.amount_dong).with_unit();
            let told = format!("Đã ghi {}: {amount}.", allotment.name);
            Ok(redirect_with(HERE, "xong", &told))
        }
    }
}

/// `POST /bao-cao/nguon-kinh-phi/giao/{id}/dao`: the same amount the other way, with a reason.
pub(super) async fn reverse(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::Province], DEED)?;
    let id = Uuid::parse_str(&id).map_err(|_| Error::NotFound)?;
    let row = store::one(desk.app.db.read(), &desk.actor.scope, id).await?;
    let row = row.filter(|row| row.reverses_id.is_none()).ok_or(Error::NotFound)?;
    let why = clean(fields.get("ly_do"));
    if !(3..=500).contains(&why.chars().count()) {
        return Err(Error::refused(
            "Chưa ghi vì sao đảo dòng này",
            "Bấm nút quay lại, ghi lý do (3 đến 500 ký tự) rồi bấm lại.",
        ));
    }
    let allotment = Allotment {
        act: fields.act_id()?,
        programme: row.programme_code,
        source: row.source_code,
        name: row.source_name,
        number: row.number,
        decided_on: row.decided_on,
        amount_dong: -row.amount_dong,
        note: format!("Đảo dòng ghi ngày {}: {why}", vi_date(crate::clock::local(row.added_at).0)),
        reverses: Some(id),
    };
    allot(&desk.app, &desk.actor, &allotment).await?;
    Ok(redirect_with(HERE, "xong", "Đã ghi đảo."))
}
