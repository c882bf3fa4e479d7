//! Committing, its result, throwing a file away, reading once more.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde_json::json;

use super::{file_of, unit_name};
use crate::audit::{self, Act};
use crate::intake::types::{Counts, FileRow, FileState};
use crate::intake::{committing, must_own, reading, store, words};
use crate::web::{Desk, Error, Page, SignedForm, html, redirect, redirect_with};

#[derive(Template)]
#[template(path = "intake/templates/confirm.html")]
struct ConfirmPage {
    page: Page,
    id: String,
    name: String,
    unit: String,
    version: i32,
    rows: String,
    amount: String,
    amount_words: String,
    no_paper: String,
    has_no_paper: bool,
    waiting: String,
    has_waiting: bool,
    lines: Vec<SumLine>,
}

/// Rows and amount of a commune and group.
struct SumLine {
    commune: String,
    group: String,
    rows: String,
    amount: String,
}

pub(super) async fn confirm(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let file = file_of(&desk, &id).await?;
    must_own(&desk.actor, &file)?;
    let counts = store::counts(desk.app.db.read(), file.id).await?;
    if !file.stage().is_open() || counts.writable == 0 {
        return Ok(redirect(&format!("/nhap-lieu/{}", file.id)));
    }
    let rows = store::writable_rows(desk.app.db.read(), file.id).await?;
    html(&ConfirmPage {
        page: desk.page("Ghi vào danh sách", "nhap-lieu"),
        id: file.id.to_string(),
        name: file.file_name.clone(),
        unit: unit_name(&desk.app, &file),
        version: file.version,
        rows: words::count(counts.writable),
        amount: words::dong(counts.writable_amount),
        amount_words: vietnam::money::Dong(counts.writable_amount).in_words(),
        no_paper: words::count(counts.writable_no_paper),
        has_no_paper: counts.writable_no_paper > 0,
        waiting: words::count(counts.waiting()),
        has_waiting: counts.waiting() > 0,
        lines: sums(&desk, &file, &rows),
    })
}

fn sums(desk: &Desk, file: &FileRow, rows: &[crate::intake::types::Staged]) -> Vec<SumLine> {
    let mut sums: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for row in rows {
        let place = (row.commune.as_deref().unwrap_or(""), row.group.as_deref().unwrap_or(""));
        let sum = sums.entry(place).or_default();
        sum.0 += 1;
        sum.1 += row.amount.unwrap_or(0);
    }
    sums.into_iter()
        .map(|((commune, group), (rows, amount))| SumLine {
            commune: desk.app.areas.commune_name(commune, file.unit_date),
            group: desk.app.catalogue.group_name(&file.programme_code, group),
            rows: words::count(rows),
            amount: words::count(amount),
        })
        .collect()
}

pub(super) async fn commit(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    let file = file_of(desk, &id).await?;
    let version = form.fields.get("phien_ban").parse().unwrap_or(0);
    let done = committing::commit_version(&desk.app, &desk.actor, &file, version).await?;
    let result = format!("/nhap-lieu/{}/ket-qua", file.id);
    if done.already {
        let told = "Các dòng của tệp này đã được ghi trước đó, không ghi thêm gì.";
        return Ok(redirect_with(&result, "canh", told));
    }
    if done.queued {
        return Ok(redirect(&format!("/nhap-lieu/{}", file.id)));
    }
    let rows = i64::try_from(done.rows).unwrap_or(i64::MAX);
    Ok(redirect_with(&result, "xong", &format!("Đã ghi {} dòng.", words::count(rows))))
}

#[derive(Template)]
#[template(path = "intake/templates/result.html")]
struct ResultPage {
    page: Page,
    id: String,
    name: String,
    committed_at: String,
    counts: Counts,
    amount: String,
    lines: Vec<SumLine>,
    lists: Vec<String>,
    left: String,
    has_left: bool,
}

impl ResultPage {
    fn count(&self, number: &i64) -> String {
        words::count(*number)
    }
}

pub(super) async fn result(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let file = file_of(&desk, &id).await?;
    let Some(at) = file.committed_at.filter(|_| file.stage().is_open()) else {
        return Ok(redirect(&format!("/nhap-lieu/{}", file.id)));
    };
    let conn = desk.app.db.read();
    let counts = store::counts(conn, file.id).await?;
    let rows = store::committed_rows(conn, file.id).await?;
    let amount: i64 = rows.iter().filter_map(|row| row.amount).sum();
    let lists = store::committed_lists(conn, file.id).await?;
    let left = counts.writable + counts.waiting();
    html(&ResultPage {
        page: desk.page("Đã ghi vào danh sách", "nhap-lieu"),
        id: file.id.to_string(),
        name: file.file_name.clone(),
        committed_at: words::moment(at),
        amount: words::dong(amount),
        lines: sums(&desk, &file, &rows),
        lists: lists.iter().map(ToString::to_string).collect(),
        left: words::count(left),
        has_left: left > 0,
        counts,
    })
}

#[derive(Template)]
#[template(path = "intake/templates/discard.html")]
struct DiscardPage {
    page: Page,
    id: String,
    name: String,
    rows: String,
}

pub(super) async fn confirm_discard(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let file = file_of(&desk, &id).await?;
    must_own(&desk.actor, &file)?;
    let counts = store::counts(desk.app.db.read(), file.id).await?;
    html(&DiscardPage {
        page: desk.page("Bỏ tệp này", "nhap-lieu"),
        id: file.id.to_string(),
        name: file.file_name.clone(),
        rows: words::count(counts.rows),
    })
}

pub(super) async fn discard(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    let file = file_of(desk, &id).await?;
    must_own(&desk.actor, &file)?;
    if file.stage() == FileState::Discarded {
        return Ok(redirect_with("/nhap-lieu", "canh", "Tệp này đã bỏ trước đó."));
    }
    let now = desk.app.clock.now();
    let done = desk
        .app
        .db
        .run_tx::<_, Error, _, _>("intake.discard", |tx| {
            let file = &file;
            async move {
                let done = store::discard(&tx, file.id).await?;
                if done {
                    store::forget_content(&tx, file.id).await?;
                    let act = Act {
                        action: "intake.discard",
                        subject_kind: "file",
                        subject_id: file.id.to_string(),
                        detail: json!({ "sha256": file.sha256 }),
                    };
                    audit::record(&tx, &desk.actor, now, act).await?;
                }
                Ok((tx, done))
            }
        })
        .await?;
    if done {
        return Ok(redirect_with("/nhap-lieu", "xong", "Đã bỏ tệp, không còn gì trong hệ thống."));
    }
    Err(Error::refused(
        "Không bỏ được tệp này: tệp đang được đọc, hoặc đã có dòng ghi vào danh sách",
        "Chờ đọc xong rồi thử lại. Dòng đã ghi thì loại ở trang danh sách, kèm lý do.",
    ))
}

pub(super) async fn read_again(
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Response, Error> {
    let desk = &form.desk;
    let file = file_of(desk, &id).await?;
    must_own(&desk.actor, &file)?;
    let back = format!("/nhap-lieu/{}", file.id);
    if !store::has_failed(desk.app.db.read(), file.id).await? {
        return Ok(redirect(&back));
    }
    let now = desk.app.clock.now();
    let job = reading::job(file.id, &desk.actor, now, false)?;
    desk.app
        .db
        .run_tx::<_, Error, _, _>("intake.read_again", |tx| {
            let job = &job;
            async move {
                if store::read_again(&tx, file.id, file.version).await? {
                    store::queue(&tx, job, now, false).await?;
                    let act = Act {
                        action: "intake.read_again",
                        subject_kind: "file",
                        subject_id: file.id.to_string(),
                        detail: json!({ "version": file.version }),
                    };
                    audit::record(&tx, &desk.actor, now, act).await?;
                }
                Ok((tx, ()))
            }
        })
        .await?;
    Ok(redirect(&back))
}
