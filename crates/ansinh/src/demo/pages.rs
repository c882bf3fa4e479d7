//! The demo's one page of its own: going on to the next working day, so that niêm yết can end and
//! deadlines can pass while somebody tries the program out.

use axum::Router;
use axum::response::Response;
use axum::routing::post;
use chrono::{Duration, NaiveTime};
use vietnam::date::{vi_date, vi_weekday};

use crate::clock::local;
use crate::identity::keep_sessions;
use crate::web::{App, Error, SignedForm, redirect_with};

/// Routes of the demo; they answer "not found" in a real installation.
pub fn routes() -> Router<App> {
    Router::new().route("/trinh-dien/sang-ngay", post(next_day))
}

async fn next_day(form: SignedForm) -> Result<Response, Error> {
    let app = &form.desk.app;
    if !app.config.demo {
        return Err(Error::NotFound);
    }
    let (today, time) = local(app.clock.now());
    let next = app.areas.calendar().add_working_days(today, 1);
    let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
    let wait: Duration = next.and_time(eight) - today.and_time(time);
    app.clock.skip(wait);
    // Everybody stays signed in over the night that was skipped.
    keep_sessions(&app.db, app.clock.now()).await?;
    let text = format!("Đã sang {} {}.", vi_weekday(next), vi_date(next));
    Ok(redirect_with("/viec", "xong", &text))
}
