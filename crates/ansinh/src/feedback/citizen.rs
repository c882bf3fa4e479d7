//! What citizens do: send, add a word, withdraw. Nobody signs in; the tracking code says who it is.

use serde_json::json;
use uuid::Uuid;

use super::acts::new_case;
use super::code::Code;
use super::rules::{self, Change};
use super::store::cases;
use super::types::{Case, Kind, State};
use crate::audit::{self, Act};
use crate::database::{Tx, violates};
use crate::identity::sha256_hex;
use crate::relief::ContestedRow;
use crate::web::{App, Error};

/// A form's secret: 32 hexadecimal digits, made with the form.
#[derive(Debug, Clone)]
pub(super) struct FormSecret(String);

impl FormSecret {
    /// A new form's.
    pub fn fresh() -> Result<Self, Error> {
        let bytes = crate::clock::random_bytes::<16>()?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// As it came back.
    pub fn read(text: &str) -> Option<Self> {
        let fine = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fine.then(|| Self(text.to_owned()))
    }

    /// For the form.
    pub fn text(&self) -> &str {
        &self.0
    }

    fn sha256(&self) -> String {
        sha256_hex(format!("feedback form {}", self.0).as_bytes())
    }
}

/// A citizen's submission as checked.
#[derive(Debug, Clone)]
pub(super) struct Submission {
    pub secret: FormSecret,
    pub kind: Kind,
    /// District, commune, tiers; empty codes: the province.
    pub place: (String, String, i16),
    /// The contested row, proved by her own look-up.
    pub record: Option<ContestedRow>,
    pub body: String,
    pub name: String,
    pub phone: String,
}

/// What she is told.
#[derive(Debug, Clone)]
pub(super) struct Receipt {
    pub code: Code,
    pub case: Case,
    /// The form had come before with another text, which stands.
    pub other_text: bool,
}

/// Takes a submission; the same form again is answered with the same code.
pub(super) async fn submit(app: &App, new: &Submission) -> Result<Receipt, Error> {
    let province = &*app.config.province;
    let form = new.secret.sha256();
    let form = form.as_str();
    let code = Code::of_form(new.secret.text());
    let code_sha256 = code.sha256();
    let code_sha256 = code_sha256.as_str();
    let done = app
        .db
        .run_tx::<_, Error, _, _>("feedback.submit", |tx| async move {
            if let Some(known) = cases::by_form(&tx, province, form).await? {
                return Ok((tx, known));
            }
            let case = case_of(&tx, app, new).await?;
            let row = cases::NewCase {
                case: &case,
                code_sha256: Some(code_sha256.to_owned()),
                form_sha256: form.to_owned(),
            };
            cases::add(&tx, province, row).await?;
            note(&tx, app, &case, "feedback.submit").await?;
            Ok((tx, case))
        })
        .await;
    let case = match done {
        // Two presses at one instant: the other was first.
        Err(Error::Database(error)) if violates(&error, cases::FORM_ONCE) => {
            cases::by_form(app.db.read(), province, form).await?.ok_or(Error::NotFound)?
        }
        done => done?,
    };
    let other_text = case.body != new.body;
    Ok(Receipt { code, case, other_text })
}

async fn case_of(tx: &Tx, app: &App, new: &Submission) -> Result<Case, Error> {
    let (district, commune, tiers) = match &new.record {
        Some(row) => (row.district_code.clone(), row.commune_code.clone(), row.tiers),
        None => new.place.clone(),
    };
    let desk = (district.clone(), commune.clone());
    let mut case = new_case(tx, app, new.kind, ((district, commune), tiers), desk).await?;
    case.body.clone_from(&new.body);
    case.sender_name.clone_from(&new.name);
    case.contact.clone_from(&new.phone);
    case.entry_id = new.record.as_ref().map(|row| row.entry_id);
    case.entitlement_id = new.record.as_ref().and_then(|row| row.entitlement_id);
    Ok(case)
}

async fn note(tx: &Tx, app: &App, case: &Case, action: &str) -> Result<(), Error> {
    let act = Act {
        action,
        subject_kind: "feedback",
        subject_id: case.id.to_string(),
        detail: json!({ "kind": case.kind, "contested": case.entry_id }),
    };
    let province = &app.config.province;
    audit::record_unsigned(tx, None, province, app.clock.now(), act).await?;
    Ok(())
}

/// The submission of a code.
pub(super) async fn find(app: &App, code: &Code) -> Result<Option<Case>, Error> {
    let province = &app.config.province;
    Ok(cases::by_code(app.db.read(), province, &code.sha256()).await?)
}

/// What the holder of a code does.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// Adds a word.
    Word(String),
    /// Takes it back.
    Withdraw,
}

/// Does it, once by the form's id. `None`: there is no such code.
pub(super) async fn wish(
    app: &App,
    code: &Code,
    act: Uuid,
    wish: &Wish,
) -> Result<Option<Case>, Error> {
    let code_sha256 = code.sha256();
    let code_sha256 = code_sha256.as_str();
    app.db
        .run_tx::<_, Error, _, _>("feedback.wish", |tx| async move {
            let province = &*app.config.province;
            let Some(case) = cases::by_code(&tx, province, code_sha256).await? else {
                return Ok((tx, None));
            };
            let (kind, words) = match wish {
                Wish::Word(words) => ("word", words.as_str()),
                Wish::Withdraw => ("withdraw", ""),
            };
            match cases::step_known(&tx, province, act).await? {
                None => fulfil(&tx, app, &case, act, wish).await?,
                Some(known) if known.is(case.id, kind, words) => {}
                Some(_) => {
                    return Err(Error::refused(
                        "Lần gửi này chưa được ghi vì trang đã cũ",
                        "Mở lại phiếu bằng mã, xem bước mới nhất rồi gửi lại.",
                    ));
                }
            }
            let case = cases::by_code(&tx, province, code_sha256).await?;
            Ok((tx, case))
        })
        .await
}

async fn fulfil(tx: &Tx, app: &App, case: &Case, act: Uuid, wish: &Wish) -> Result<(), Error> {
    const STEPS_MAX: usize = 60;
    let province = &*app.config.province;
    if cases::steps(tx, province, case.id).await?.len() >= STEPS_MAX {
        return Err(Error::refused(
            "Phiếu này đã có quá nhiều lần viết thêm",
            "Gửi phiếu mới, hoặc đến gặp trực tiếp đơn vị đang giải quyết.",
        ));
    }
    let today = app.clock.today();
    let ended = || {
        Error::refused(
            "Phiếu này đã kết thúc nên không viết thêm được",
            "Ông/bà gửi một phiếu mới.",
        )
    };
    let (kind, words, change) = match wish {
        Wish::Word(words) => {
            let change = rules::after_word(case, today, app.areas.calendar()).ok_or_else(ended)?;
            ("word", words.as_str(), change)
        }
        Wish::Withdraw => ("withdraw", "", withdrawn(case, today).ok_or_else(ended)?),
    };
    let step = cases::NewStep { id: act, kind, words, by: None, now: app.clock.now() };
    if !cases::advance(tx, province, case, &change, &step).await? {
        return Err(Error::refused(
            "Phiếu vừa có người xử lý",
            "Nhập lại mã để xem bước mới nhất rồi gửi lại.",
        ));
    }
    note(tx, app, case, if kind == "word" { "feedback.word" } else { "feedback.withdraw" }).await
}

fn withdrawn(case: &Case, today: chrono::NaiveDate) -> Option<Change> {
    if matches!(case.state(), State::Closed | State::Withdrawn) {
        return None;
    }
    Some(Change {
        state: State::Withdrawn,
        desk: (case.desk_district.clone(), case.desk_commune.clone()),
        due_on: case.due_on,
        asked_on: None,
        accepts: false,
        forget_on: Some(rules::forget_day(today, case.keep_months)),
    })
}
