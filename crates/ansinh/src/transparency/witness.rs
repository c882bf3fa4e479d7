//! Co-signatures: who keeps the log's heads (district, Fatherland Front, newspaper) signs each new one
//! after checking that it continues the last (C2SP tlog-cosignature), so that two people cannot be
//! shown two logs.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use disclosure::checkpoint::Policy;
use disclosure::note::{Note, NoteSignature};
use serde_json::json;

use super::keys;
use super::store::{self, Witnessed};
use crate::audit::{self, Act};
use crate::web::{App, Error};

/// A signature line has some 150 bytes.
const MOST: usize = 1_000;

fn refused(what: impl Into<String>) -> Error {
    Error::refused(
        what,
        "Lấy checkpoint mới nhất, kiểm lại rồi ký bằng lệnh “ansinh disclosure cosign”. Khóa của nơi \
         chứng kiến phải có trong cấu hình (witnesses) của máy chủ.",
    )
}

/// `POST /so-chi/chung-kien`: one signature line under the last head.
pub(super) async fn receive(State(app): State<App>, body: Bytes) -> Result<Response, Error> {
    let (conn, province) = (app.db.read(), app.config.province.as_str());
    let text = std::str::from_utf8(&body).unwrap_or_default().trim();
    if text.is_empty() || text.len() > MOST || text.contains('\n') {
        return Err(refused("Phải gửi đúng một dòng chữ ký"));
    }
    let head = store::last_head(conn, province).await?.ok_or(Error::NotFound)?;
    let keys = keys::witnesses(&app.config);
    let log = keys::signer(&app.config, Some(&head))?;
    let note = format!("{}{text}\n", head.note);
    let signature =
        Note::parse(note.as_bytes()).ok().and_then(|note| note.signatures.last().cloned());
    let known = |signature: &NoteSignature| keys.iter().find(|key| signature.claims(key)).cloned();
    let key = signature.as_ref().and_then(known).ok_or_else(|| {
        refused("Dòng chữ ký không đúng dạng, hoặc không phải của nơi chứng kiến nào đã đăng ký")
    })?;
    let witness = key.name().to_owned();
    Policy::new(log.verifier().clone(), vec![key], 1)
        .map_err(|error| Error::internal("transparency.witness", error))?
        .open(note.as_bytes())
        .map_err(|_| refused("Chữ ký không ứng với checkpoint mới nhất của sổ"))?;
    let (now, witnessed) = (app.clock.now(), &Witnessed { witness, line: text.to_owned() });
    let head = &head;
    app.db
        .run_tx::<_, Error, _, _>("transparency.witness", |tx| async move {
            let at = (head.size, head.root.as_str());
            store::add_witnessed(&tx, province, at, witnessed, now).await?;
            let act = Act {
                action: "log.witness",
                subject_kind: "day",
                subject_id: head.day.to_string(),
                detail: json!({ "witness": witnessed.witness, "size": head.size }),
            };
            audit::record_unsigned(&tx, None, province, now, act).await?;
            Ok((tx, ()))
        })
        .await?;
    Ok("Đã nhận chữ ký.\n".into_response())
}
