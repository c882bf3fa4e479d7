//! SQL of submissions.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert};
use crate::feedback::rules::Change;
use crate::feedback::types::{Case, Step};
use crate::identity::Scope;

/// A form is taken once.
pub(in crate::feedback) const FORM_ONCE: Constraint = Constraint {
    name: "feedback_cases_form",
    sqlite_columns: "feedback_cases.province_code, feedback_cases.form_sha256",
};

const CASE: &str = "SELECT c.id, c.district_code, c.commune_code, c.tiers, c.desk_district,
  c.desk_commune, c.kind, c.state, c.body, c.sender_name, c.contact, c.sender_account, c.entry_id,
  c.entitlement_id, c.received_at, c.accepted_at, c.asked_on, c.due_on, c.accept_days, c.answer_days,
  c.answer_working, c.keep_months, c.version
  FROM feedback_cases c";

/// What an officer may see: what concerns her area, and what lies at a desk in it.
fn visible(scope: &Scope) -> String {
    match scope {
        Scope::Commune { tiers, .. } => format!(
            "(c.province_code = $1 AND c.tiers = {tiers}
              AND (c.commune_code = $2 OR c.desk_commune = $2))"
        ),
        Scope::District { .. } => {
            "(c.province_code = $1 AND (c.district_code = $2 OR c.desk_district = $2))".to_owned()
        }
        Scope::Province { .. } => "(c.province_code = $1 AND c.province_code = $2)".to_owned(),
    }
}

/// What lies at her own desk.
fn own_desk(scope: &Scope) -> String {
    match scope {
        Scope::Commune { tiers, .. } => {
            format!("(c.province_code = $1 AND c.tiers = {tiers} AND c.desk_commune = $2)")
        }
        Scope::District { .. } => {
            "(c.province_code = $1 AND c.desk_district = $2 AND c.desk_commune = '')".to_owned()
        }
        Scope::Province { .. } => "(c.province_code = $1 AND c.province_code = $2
            AND c.desk_district = '' AND c.desk_commune = '')"
            .to_owned(),
    }
}

fn bound(scope: &Scope) -> Vec<Value> {
    vec![scope.province().into(), scope.code().into()]
}

/// One of the scope.
pub(in crate::feedback) async fn case<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Case>, DbErr> {
    let sql = format!("{CASE} WHERE {} AND c.id = $3", visible(scope));
    let mut values = bound(scope);
    values.push(id.into());
    conn.row(&sql, values).await
}

/// Which are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::feedback) enum Which {
    /// At her own desk, waiting.
    Own,
    /// Waiting in her area.
    Waiting,
    /// Those past their day.
    Late,
    /// Answered, ended, withdrawn.
    Ended,
}

/// A page of the scope: what waits by its day, what ended the newest first.
pub(in crate::feedback) async fn page<C: Conn>(
    conn: &C,
    scope: &Scope,
    (which, kind): (Which, Option<&str>),
    today: NaiveDate,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Case>, DbErr> {
    let mut values = bound(scope);
    let waits = "c.state IN ('open', 'confirming')";
    let mut sql = match which {
        Which::Own => format!("{CASE} WHERE {} AND {waits}", own_desk(scope)),
        Which::Waiting => {
            format!(
                "{CASE} WHERE {} AND c.state IN ('open', 'confirming', 'asked')",
                visible(scope)
            )
        }
        Which::Late => {
            values.push(today.into());
            format!("{CASE} WHERE {} AND {waits} AND c.due_on < $3", visible(scope))
        }
        Which::Ended => format!(
            "{CASE} WHERE {} AND c.state IN ('answered', 'closed', 'withdrawn')",
            visible(scope)
        ),
    };
    if let Some(kind) = kind {
        values.push(kind.into());
        sql.push_str(&format!(" AND c.kind = ${}", values.len()));
    }
    if let Some(after) = after {
        values.push(after.into());
        let n = values.len();
        sql.push_str(&if which == Which::Ended {
            format!(" AND c.id < ${n}")
        } else {
            format!(
                " AND (c.due_on, c.id) > (SELECT a.due_on, a.id FROM feedback_cases a
                   WHERE a.province_code = $1 AND a.id = ${n})"
            )
        });
    }
    let order = if which == Which::Ended { "c.id DESC" } else { "c.due_on, c.id" };
    conn.rows(&format!("{sql} ORDER BY {order} LIMIT {limit}"), values).await
}

/// What waits, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromQueryResult)]
pub struct Waiting {
    /// At the unit's own desk.
    pub open: i64,
    /// Of those past their day.
    pub late: i64,
    /// The earliest day among them.
    pub due_on: Option<NaiveDate>,
}

/// What waits at the scope's own desk.
pub(in crate::feedback) async fn waiting<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Waiting, DbErr> {
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS open,
           CAST(COALESCE(SUM(CASE WHEN c.due_on < $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS late,
           MIN(c.due_on) AS due_on
         FROM feedback_cases c WHERE {} AND c.state IN ('open', 'confirming')",
        own_desk(scope)
    );
    let mut values = bound(scope);
    values.push(today.into());
    Ok(conn.row(&sql, values).await?.unwrap_or_default())
}

/// How many of the scope's area are past their day, at whatever desk.
pub(in crate::feedback) async fn late<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<i64, DbErr> {
    let sql = format!(
        "SELECT COUNT(*) FROM feedback_cases c
         WHERE {} AND c.state IN ('open', 'confirming') AND c.due_on < $3",
        visible(scope)
    );
    let mut values = bound(scope);
    values.push(today.into());
    conn.number(&sql, values).await
}

/// What is past its day at one desk, of one kind.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::feedback) struct LateAtDesk {
    pub desk_district: String,
    pub desk_commune: String,
    pub tiers: i16,
    pub kind: String,
    pub cases: i64,
    pub due_on: NaiveDate,
}

/// What is past its day at desks inside the scope.
pub(in crate::feedback) async fn late_at_desks<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<LateAtDesk>, DbErr> {
    let inside = match scope {
        Scope::Commune { .. } => own_desk(scope),
        Scope::District { .. } => "c.province_code = $1 AND c.desk_district = $2".to_owned(),
        Scope::Province { .. } => visible(scope),
    };
    let sql = format!(
        "SELECT c.desk_district, c.desk_commune, c.tiers, c.kind,
           CAST(COUNT(*) AS BIGINT) AS cases, MIN(c.due_on) AS due_on
         FROM feedback_cases c
         WHERE {inside} AND c.state IN ('open', 'confirming') AND c.due_on < $3
         GROUP BY c.desk_district, c.desk_commune, c.tiers, c.kind"
    );
    let mut values = bound(scope);
    values.push(today.into());
    conn.rows(&sql, values).await
}

/// A complaint that is open on a payment.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct OpenComplaint {
    /// Id.
    pub id: Uuid,
    /// By when.
    pub due_on: NaiveDate,
}

/// Complaints of the scope that are open on a payment.
pub(in crate::feedback) async fn open_on<C: Conn>(
    conn: &C,
    scope: &Scope,
    entitlement: Uuid,
) -> Result<Vec<OpenComplaint>, DbErr> {
    let sql = format!(
        "SELECT c.id, c.due_on FROM feedback_cases c
         WHERE {} AND c.entitlement_id = $3 AND c.state IN ('open', 'asked', 'confirming')
         ORDER BY c.due_on, c.id",
        visible(scope)
    );
    let mut values = bound(scope);
    values.push(entitlement.into());
    conn.rows(&sql, values).await
}

/// What was said and done about one that was found inside the scope or by its code.
pub(in crate::feedback) async fn steps<C: Conn>(
    conn: &C,
    province: &str,
    case: Uuid,
) -> Result<Vec<Step>, DbErr> {
    let sql = "SELECT s.kind, s.words, s.by_account, s.by_district, s.by_commune, s.done_at
       FROM feedback_steps s WHERE s.province_code = $1 AND s.case_id = $2 ORDER BY s.seq";
    conn.rows(sql, vec![province.into(), case.into()]).await
}

/// The submission of a tracking code: who holds the code is its sender.
pub(in crate::feedback) async fn by_code<C: Conn>(
    conn: &C,
    province: &str,
    code_sha256: &str,
) -> Result<Option<Case>, DbErr> {
    let sql = format!("{CASE} WHERE c.province_code = $1 AND c.code_sha256 = $2");
    conn.row(&sql, vec![province.into(), code_sha256.into()]).await
}

/// The submission of a form.
pub(in crate::feedback) async fn by_form<C: Conn>(
    conn: &C,
    province: &str,
    form_sha256: &str,
) -> Result<Option<Case>, DbErr> {
    let sql = format!("{CASE} WHERE c.province_code = $1 AND c.form_sha256 = $2");
    conn.row(&sql, vec![province.into(), form_sha256.into()]).await
}

/// Whether a step was written under this id.
pub(in crate::feedback) async fn step_known<C: Conn>(
    conn: &C,
    province: &str,
    id: Uuid,
) -> Result<Option<KnownStep>, DbErr> {
    let sql =
        "SELECT case_id, kind, words FROM feedback_steps WHERE province_code = $1 AND id = $2";
    conn.row(sql, vec![province.into(), id.into()]).await
}

/// What was done under an act id.
#[derive(Debug, FromQueryResult)]
pub(in crate::feedback) struct KnownStep {
    case_id: Uuid,
    kind: String,
    words: String,
}

impl KnownStep {
    /// The same act, sent again; all forms of a page carry one id.
    pub fn is(&self, case: Uuid, kind: &str, words: &str) -> bool {
        self.case_id == case && self.kind == kind && self.words == words
    }
}

/// Where a new submission goes, and under which secrets.
pub(in crate::feedback) struct NewCase<'a> {
    pub case: &'a Case,
    pub code_sha256: Option<String>,
    pub form_sha256: String,
}

/// Writes a new submission.
pub(in crate::feedback) async fn add(
    tx: &Tx,
    province: &str,
    new: NewCase<'_>,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "district_code",
        "commune_code",
        "tiers",
        "desk_district",
        "desk_commune",
        "kind",
        "state",
        "body",
        "sender_name",
        "contact",
        "sender_account",
        "code_sha256",
        "form_sha256",
        "entry_id",
        "entitlement_id",
        "received_at",
        "due_on",
        "accept_days",
        "answer_days",
        "answer_working",
        "keep_months",
        "version",
    ];
    let case = new.case;
    let row: Vec<Value> = vec![
        province.into(),
        case.id.into(),
        case.district_code.as_str().into(),
        case.commune_code.as_str().into(),
        case.tiers.into(),
        case.desk_district.as_str().into(),
        case.desk_commune.as_str().into(),
        case.kind.as_str().into(),
        case.state.as_str().into(),
        case.body.as_str().into(),
        case.sender_name.as_str().into(),
        case.contact.as_str().into(),
        case.sender_account.into(),
        new.code_sha256.into(),
        new.form_sha256.into(),
        case.entry_id.into(),
        case.entitlement_id.into(),
        case.received_at.into(),
        case.due_on.into(),
        case.accept_days.into(),
        case.answer_days.into(),
        case.answer_working.into(),
        case.keep_months.into(),
        1i32.into(),
    ];
    bulk_insert(tx, "feedback_cases", &columns, vec![row], "").await.map(|_| ())
}

/// A step to be written.
pub(in crate::feedback) struct NewStep<'a> {
    pub id: Uuid,
    pub kind: &'a str,
    pub words: &'a str,
    pub by: Option<(Uuid, &'a Scope)>,
    pub now: DateTime<Utc>,
}

/// Moves a submission if it still is as it was seen, and writes the step; false: somebody was faster.
pub(in crate::feedback) async fn advance(
    tx: &Tx,
    province: &str,
    case: &Case,
    change: &Change,
    step: &NewStep<'_>,
) -> Result<bool, DbErr> {
    let accepted = if change.accepts { Some(step.now) } else { None };
    let moved = tx
        .change(
            "UPDATE feedback_cases SET state = $1, desk_district = $2, desk_commune = $3,
               due_on = $4, asked_on = $5, accepted_at = COALESCE(accepted_at, $6),
               forget_on = $7, version = version + 1
             WHERE province_code = $8 AND id = $9 AND version = $10",
            vec![
                change.state.code().into(),
                change.desk.0.as_str().into(),
                change.desk.1.as_str().into(),
                change.due_on.into(),
                change.asked_on.into(),
                accepted.into(),
                change.forget_on.into(),
                province.into(),
                case.id.into(),
                case.version.into(),
            ],
        )
        .await?;
    if moved == 0 {
        return Ok(false);
    }
    add_step(tx, province, case.id, step).await?;
    Ok(true)
}

/// Holds a submission until the transaction ends, so that steps of two people get two places.
pub(in crate::feedback) async fn hold(tx: &Tx, province: &str, case: Uuid) -> Result<(), DbErr> {
    let sql = "UPDATE feedback_cases SET version = version WHERE province_code = $1 AND id = $2";
    tx.change(sql, vec![province.into(), case.into()]).await.map(|_| ())
}

/// Appends a step; the submission is held or advanced before.
pub(in crate::feedback) async fn add_step(
    tx: &Tx,
    province: &str,
    case: Uuid,
    step: &NewStep<'_>,
) -> Result<(), DbErr> {
    let (account, district, commune) = match step.by {
        Some((account, scope)) => (Some(account), scope.district(), scope.commune()),
        None => (None, "", ""),
    };
    tx.change(
        "INSERT INTO feedback_steps (province_code, id, case_id, seq, kind, words, by_account,
           by_district, by_commune, done_at)
         SELECT $1, $2, $3, COALESCE(MAX(s.seq), 0) + 1, $4, $5, $6, $7, $8, $9
         FROM feedback_steps s WHERE s.province_code = $1 AND s.case_id = $3",
        vec![
            province.into(),
            step.id.into(),
            case.into(),
            step.kind.into(),
            step.words.into(),
            account.into(),
            district.into(),
            commune.into(),
            step.now.into(),
        ],
    )
    .await
    .map(|_| ())
}

/// A text of a sender, as far as forgetting needs it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::feedback) struct OldText {
    pub id: Uuid,
    pub words: String,
}

/// Submissions whose sender is to be forgotten.
pub(in crate::feedback) async fn to_forget<C: Conn>(
    conn: &C,
    province: &str,
    today: NaiveDate,
    limit: u64,
) -> Result<Vec<OldText>, DbErr> {
    let sql = format!(
        "SELECT c.id, c.body AS words FROM feedback_cases c
         WHERE c.forget_on IS NOT NULL AND c.forget_on <= $2 AND c.province_code = $1
         ORDER BY c.forget_on, c.id LIMIT {limit}"
    );
    conn.rows(&sql, vec![province.into(), today.into()]).await
}

/// What the sender wrote later.
pub(in crate::feedback) async fn later_words<C: Conn>(
    conn: &C,
    province: &str,
    case: Uuid,
) -> Result<Vec<OldText>, DbErr> {
    let sql = "SELECT s.id, s.words FROM feedback_steps s
       WHERE s.province_code = $1 AND s.case_id = $2 AND s.by_account IS NULL";
    conn.rows(sql, vec![province.into(), case.into()]).await
}

/// Takes name, telephone and numbers away.
pub(in crate::feedback) async fn forget(
    tx: &Tx,
    province: &str,
    case: Uuid,
    body: &str,
    words: &[OldText],
) -> Result<(), DbErr> {
    tx.change(
        "UPDATE feedback_cases SET contact = '', sender_name = '', body = $1, forget_on = NULL
         WHERE province_code = $2 AND id = $3",
        vec![body.into(), province.into(), case.into()],
    )
    .await?;
    for one in words {
        tx.change(
            "UPDATE feedback_steps SET words = $1 WHERE province_code = $2 AND id = $3",
            vec![one.words.as_str().into(), province.into(), one.id.into()],
        )
        .await?;
    }
    Ok(())
}
