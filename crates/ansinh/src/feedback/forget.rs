//! Name, telephone and numbers of a sender go when the purpose has ended (Luật 91/2025/QH15 Điều 3
//! khoản 3): so many months after the end, as the kind says.

use std::time::Duration;

use serde_json::json;

use super::store::cases;
use super::words::without_numbers;
use crate::audit::{self, Act};
use crate::web::{App, Error};

/// Submissions of a pass.
const PASS: u64 = 200;
/// The server looks so often.
const EVERY: Duration = Duration::from_secs(3600);

/// Forgets all senders whose day has come. Returns how many.
///
/// # Errors
/// The engine's.
pub async fn forget_senders(app: &App) -> Result<usize, Error> {
    let mut all = 0;
    loop {
        let done = pass(app).await?;
        all += done;
        if done == 0 {
            return Ok(all);
        }
    }
}

async fn pass(app: &App) -> Result<usize, Error> {
    app.db
        .run_tx::<_, Error, _, _>("feedback.forget", |tx| async move {
            let (province, now) = (&*app.config.province, app.clock.now());
            let due = cases::to_forget(&tx, province, app.clock.today(), PASS).await?;
            for one in &due {
                let mut words = cases::later_words(&tx, province, one.id).await?;
                for word in &mut words {
                    word.words = without_numbers(&word.words);
                }
                let body = without_numbers(&one.words);
                cases::forget(&tx, province, one.id, &body, &words).await?;
            }
            if !due.is_empty() {
                let act = Act {
                    action: "feedback.forget",
                    subject_kind: "feedback",
                    subject_id: String::new(),
                    detail: json!({ "cases": due.len() }),
                };
                audit::record_unsigned(&tx, None, province, now, act).await?;
            }
            Ok((tx, due.len()))
        })
        .await
}

/// Forgets while the server runs.
pub async fn keep_forgetting(app: App) {
    loop {
        if let Err(error) = forget_senders(&app).await {
            tracing::error!(error = %error, "senders could not be forgotten");
        }
        tokio::time::sleep(EVERY).await;
    }
}
