//! What the holder of a unit's account does with the accounts below: makes officers and
//! supervisors, gives one-time passwords, takes accounts out of use.

use uuid::Uuid;

use super::rules::{self, hash_password, one_time_password};
use super::store::{self, people};
use super::types::{Account, Actor, Kind};
use crate::audit::{self, Act};
use crate::clock::{new_id, random_bytes};
use crate::database::{Tx, violates};
use crate::web::{App, Error, FieldError};

/// What was typed for a new account.
#[derive(Debug, Default, Clone)]
pub(super) struct Typed {
    /// The person's name.
    pub name: String,
    /// Name to sign in with.
    pub username: String,
    /// Supervisors: the organisation.
    pub organisation: String,
    /// Id made with the form.
    pub issue: Uuid,
}

/// A one-time password that is shown once and kept nowhere.
#[derive(Debug)]
pub(super) struct Issued {
    pub account: Account,
    pub password: String,
}

/// What came of a form.
pub(super) enum Made {
    Done(Box<Issued>),
    Wrong(Vec<FieldError>),
}

fn seen_already() -> Error {
    Error::refused(
        "Mật khẩu này đã được cấp và phiếu chỉ hiện một lần",
        "Nếu chưa kịp ghi lại, mở trang của tài khoản đó và cấp lại mật khẩu dùng một lần.",
    )
}

/// Hashing takes tens of milliseconds and 19 MiB: beside the requests, not among them.
async fn fresh_password() -> Result<(String, String), Error> {
    let password = one_time_password(&random_bytes::<12>()?);
    let salt = random_bytes::<16>()?;
    let clear = password.clone();
    let hash = tokio::task::spawn_blocking(move || hash_password(&clear, &salt))
        .await
        .map_err(|error| Error::internal("hashing a password", error))?
        .map_err(|error| Error::internal("hashing a password", error))?;
    Ok((password, hash))
}

/// Makes an officer of the holder's unit (`unit` is her own account) or a supervisor who sits with
/// `unit`.
///
/// # Errors
/// [`Error::Refused`] when the form has been sent before; the engine's.
pub(super) async fn make(
    app: &App,
    holder: &Actor,
    unit: &Account,
    kind: Kind,
    typed: &Typed,
) -> Result<Made, Error> {
    let mut errors = Vec::new();
    if let Some(objection) = rules::name_objection(&typed.name) {
        errors.push(FieldError::new("ho_ten", objection));
    }
    if kind == Kind::Supervisor && rules::name_objection(&typed.organisation).is_some() {
        let message = "Ghi tên tổ chức, ví dụ Ủy ban MTTQ xã Sơn Kim 1 (4–100 ký tự).";
        errors.push(FieldError::new("to_chuc", message));
    }
    if let Some(objection) = rules::username_objection(&typed.username) {
        errors.push(FieldError::new("ten_dang_nhap", objection));
    }
    if !errors.is_empty() {
        return Ok(Made::Wrong(errors));
    }
    let (password, hash) = fresh_password().await?;
    let now = app.clock.now();
    let officer = kind == Kind::Officer;
    let account = Account {
        id: new_id(now)?,
        username: typed.username.clone(),
        display_name: if officer { unit.display_name.clone() } else { typed.organisation.clone() },
        person_name: typed.name.clone(),
        kind: kind.code().to_owned(),
        unit_account_id: officer.then_some(unit.id),
        password_hash: hash,
        must_change_password: true,
        manages_only: false,
        ..unit.clone()
    };
    let action = if officer { "account.add_officer" } else { "account.add_supervisor" };
    let done = app
        .db
        .run_tx::<_, Error, _, _>("identity.make_person", |tx| {
            let account = &account;
            async move {
                people::insert_person(&tx, account, holder.account_id, typed.issue, now).await?;
                note(&tx, app, holder, action, account).await?;
                Ok((tx, ()))
            }
        })
        .await;
    match done {
        Ok(()) => Ok(Made::Done(Box::new(Issued { account, password }))),
        Err(Error::Database(error)) if violates(&error, people::ISSUED_ONCE) => Err(seen_already()),
        Err(Error::Database(error)) if violates(&error, people::USERNAME_TAKEN) => {
            let message = format!(
                "Tên tài khoản {} đã có người dùng. Hãy thêm một chữ hoặc số.",
                typed.username
            );
            Ok(Made::Wrong(vec![FieldError::new("ten_dang_nhap", message)]))
        }
        Err(error) => Err(error),
    }
}

/// Gives an account in reach a one-time password and ends its sessions.
///
/// # Errors
/// [`Error::Refused`] when the form has been sent before; the engine's.
pub(super) async fn reset(
    app: &App,
    holder: &Actor,
    account: Account,
    issue: Uuid,
) -> Result<Issued, Error> {
    let (password, hash) = fresh_password().await?;
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("identity.reset_below", |tx| {
            let (account, hash) = (&account, &hash);
            async move {
                if !people::issue_password(&tx, account.id, hash, issue).await? {
                    return Err(seen_already());
                }
                store::revoke_sessions(&tx, account.id, "", now).await?;
                note(&tx, app, holder, "account.reset", account).await?;
                Ok((tx, ()))
            }
        })
        .await
        .map_err(|error| match error {
            Error::Database(cause) if violates(&cause, people::ISSUED_ONCE) => seen_already(),
            other => other,
        })?;
    Ok(Issued { account, password })
}

/// Takes a person's account out of use and ends her sessions at once, or takes it back into use.
///
/// # Errors
/// [`Error::Refused`] when it is so already, or the account is a unit's; the engine's.
pub(super) async fn set_in_use(
    app: &App,
    holder: &Actor,
    account: &Account,
    wanted: bool,
) -> Result<(), Error> {
    if account.kind == Kind::Unit.code() {
        return Err(Error::refused(
            "Tài khoản chung của đơn vị không ngừng được ở đây",
            "Cấp lại mật khẩu dùng một lần để người cũ không vào được nữa.",
        ));
    }
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("identity.set_in_use", |tx| async move {
            let changed = if wanted {
                people::enable(&tx, account.id).await?
            } else {
                people::disable(&tx, account.id, now).await?
            };
            if !changed {
                let state = if wanted { "đang dùng" } else { "đã ngừng" };
                return Err(Error::refused(
                    format!("Tài khoản {} {state} từ trước", account.username),
                    "Tải lại trang để xem tình trạng hiện tại.",
                ));
            }
            store::revoke_sessions(&tx, account.id, "", now).await?;
            let action = if wanted { "account.enable" } else { "account.disable" };
            note(&tx, app, holder, action, account).await?;
            Ok((tx, ()))
        })
        .await
}

/// Leaves the acts of the holder's unit to its named officers, or takes them back.
///
/// # Errors
/// [`Error::Refused`] when nothing changes or the unit has no working officer; the engine's.
pub(super) async fn manage_only(app: &App, holder: &Actor, only: bool) -> Result<(), Error> {
    let unit = store::account(app.db.read(), holder.account_id).await?.ok_or(Error::NotFound)?;
    app.db
        .run_tx::<_, Error, _, _>("identity.manages_only", |tx| {
            let unit = &unit;
            async move {
                if !people::set_manages_only(&tx, unit.id, only).await? {
                    return Err(Error::refused(
                        "Chưa đổi được cách dùng tài khoản chung",
                        "Đơn vị cần ít nhất một cán bộ đang dùng tài khoản riêng. Tải lại trang \
                         để xem tình trạng hiện tại.",
                    ));
                }
                let action = if only { "account.manages_only" } else { "account.acts_again" };
                note(&tx, app, holder, action, unit).await?;
                Ok((tx, ()))
            }
        })
        .await
}

async fn note(
    tx: &Tx,
    app: &App,
    holder: &Actor,
    action: &str,
    account: &Account,
) -> Result<(), Error> {
    let act = Act {
        action,
        subject_kind: "account",
        subject_id: account.username.clone(),
        detail: serde_json::json!({
            "name": account.called(), "kind": account.kind, "level": account.role,
        }),
    };
    audit::record(tx, holder, app.clock.now(), act).await?;
    Ok(())
}
