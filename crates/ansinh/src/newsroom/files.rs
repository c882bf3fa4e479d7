//! Pictures and attachments of an edition: taken in, made harmless, kept.

use tokio::sync::Semaphore;
use uuid::Uuid;

use super::acts::{self, Noted, Order};
use super::rules::Deed;
use super::store::{files, work};
use super::text::{attachment, safe_name};
use crate::clock::new_id;
use crate::database::Tx;
use crate::identity::Actor;
use crate::web::{App, Error, FieldError};

/// Most files of an edition.
const FILES_MAX: usize = 20;

/// One picture at a time: an unpacked one takes up to 160 MB.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// A file as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub document: Uuid,
    pub version: i32,
    /// It is to be shown as a picture.
    pub picture: bool,
    pub name: String,
    /// What it shows, or what it is called.
    pub alt: String,
    pub bytes: Vec<u8>,
}

/// A file made harmless.
struct Made {
    kind: &'static str,
    media_type: &'static str,
    name: String,
    width: i32,
    height: i32,
    content: Vec<u8>,
}

/// Takes a file in. The inner error stands at a field.
///
/// # Errors
/// As [`acts::act`].
pub(super) async fn take(
    app: &App,
    actor: &Actor,
    sent: Sent,
) -> Result<Result<(), FieldError>, Error> {
    if sent.alt.is_empty() {
        let text = if sent.picture {
            "Ghi ảnh chụp gì, để người không nhìn được ảnh cũng biết."
        } else {
            "Ghi tên gọi của tệp, ví dụ: Quyết định 15/QĐ-UBND."
        };
        return Ok(Err(FieldError::new("mo_ta", text)));
    }
    let order = Order::plain(sent.document, sent.version, Deed::Write, "Thêm tệp");
    let alt = sent.alt.clone();
    let made = match make(sent).await? {
        Ok(made) => made,
        Err(text) => return Ok(Err(FieldError::new("tep", text))),
    };
    let (made, order, alt) = (&made, &order, alt.as_str());
    app.db
        .run_tx::<_, Error, _, _>("news.attach", |tx| async move {
            let taken = try_take(&tx, app, actor, order, made, alt).await?;
            Ok((tx, taken))
        })
        .await
}

async fn make(sent: Sent) -> Result<Result<Made, &'static str>, Error> {
    if !sent.picture {
        return Ok(attachment(&sent.bytes).map(|(media_type, ending)| {
            let name = safe_name(&sent.name, ending);
            Made { kind: "attachment", media_type, name, width: 0, height: 0, content: sent.bytes }
        }));
    }
    let _turn = ONE_AT_A_TIME.acquire().await.map_err(|e| Error::internal("news.picture", e))?;
    let shrunk = tokio::task::spawn_blocking(move || pictures::shrink(&sent.bytes))
        .await
        .map_err(|error| Error::internal("news.picture", error))?;
    Ok(match shrunk {
        Ok(picture) => Ok(Made {
            kind: "picture",
            media_type: "image/jpeg",
            name: "anh.jpg".to_owned(),
            width: i32::try_from(picture.width).unwrap_or(0),
            height: i32::try_from(picture.height).unwrap_or(0),
            content: picture.jpeg,
        }),
        Err(refusal) => Err(in_words(refusal)),
    })
}

fn in_words(refusal: pictures::Refusal) -> &'static str {
    use pictures::Refusal;
    match refusal {
        Refusal::Empty => "Chưa chọn ảnh, hoặc tệp rỗng. Chọn lại ảnh.",
        Refusal::TooManyBytes => "Ảnh lớn quá 12 MB. Chụp hoặc lưu lại ở cỡ nhỏ hơn.",
        Refusal::Svg => {
            "Ảnh dạng SVG có thể chứa lệnh chạy trên máy người xem nên không đăng được. Lưu sang PNG \
             rồi chọn lại."
        }
        Refusal::UnknownKind => {
            "Tệp này không phải ảnh JPG, PNG hay WebP. Lưu sang một trong các dạng đó rồi chọn lại."
        }
        Refusal::TooManyPoints => "Ảnh quá lớn (trên 30 triệu điểm ảnh). Thu nhỏ rồi chọn lại.",
        Refusal::Broken => "Ảnh bị hỏng hoặc tải lên chưa hết. Mở thử trên máy rồi chọn lại.",
    }
}

async fn try_take(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    order: &Order,
    made: &Made,
    alt: &str,
) -> Result<Result<(), FieldError>, Error> {
    let (article, _) = acts::locked(tx, app, actor, order).await?;
    let newest = &article.newest;
    let known = files::of_edition(tx, actor.scope.province(), newest.id).await?;
    if known.len() >= FILES_MAX {
        let text = format!("Một bài có nhiều nhất {FILES_MAX} tệp. Bỏ bớt tệp cũ trước.");
        return Ok(Err(FieldError::new("tep", text)));
    }
    let now = app.clock.now();
    let new = files::NewFile {
        id: new_id(now)?,
        document: order.document,
        edition: newest.id,
        kind: made.kind,
        media_type: made.media_type,
        name: &made.name,
        alt,
        width: made.width,
        height: made.height,
        content: made.content.clone(),
    };
    files::add(tx, actor, now, &new).await?;
    written(tx, app, actor, &article, order).await?;
    Ok(Ok(()))
}

/// Takes a file out of the edition that is being written.
///
/// # Errors
/// As [`acts::act`]; [`Error::NotFound`] when it is not there.
pub(super) async fn drop(
    app: &App,
    actor: &Actor,
    (document, version): (Uuid, i32),
    file: Uuid,
) -> Result<(), Error> {
    let order = &Order::plain(document, version, Deed::Write, "Bỏ tệp");
    app.db
        .run_tx::<_, Error, _, _>("news.detach", |tx| async move {
            let (article, _) = acts::locked(&tx, app, actor, order).await?;
            if !files::remove(&tx, &actor.scope, article.newest.id, file).await? {
                return Err(Error::NotFound);
            }
            written(&tx, app, actor, &article, order).await?;
            Ok((tx, ()))
        })
        .await
}

/// Who changes files has written in the edition.
async fn written(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    article: &acts::Article,
    order: &Order,
) -> Result<(), Error> {
    let (now, newest) = (app.clock.now(), &article.newest);
    work::touch(tx, actor, now, newest.id).await?;
    let role = article.seat.role;
    acts::note(tx, actor, now, &Noted { order, number: newest.number, role }).await
}
