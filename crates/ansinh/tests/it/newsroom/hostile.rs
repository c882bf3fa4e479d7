//! Text, pictures and files that mean harm, and clumsy ones.

use axum::http::StatusCode;

use super::{act, begin, board, save, text};
use crate::on_both;
use crate::payments::fixture::values;
use crate::support::{Answer, Client, TestApp};

/// A PNG of 3 × 2 points.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12, b'I', b'D', b'A', b'T',
    0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I',
    b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

async fn upload(
    writer: &mut Client,
    address: &str,
    (what, alt): (&str, &str),
    (name, bytes): (&str, &[u8]),
) -> Answer {
    let page = writer.get(address).await.page();
    let version = values(&page, "phien_ban").first().cloned().unwrap_or_default();
    let fields = [("phien_ban", version.as_str()), ("la", what), ("mo_ta", alt)];
    writer.upload(&format!("{address}/tep"), &fields, "tep", name, bytes).await
}

async fn a_text_that_means_harm_is_read_as_text(t: TestApp) {
    let (mut head, mut editor, _) = board(&t).await;
    let title = "<script>alert('x')</script> \"onload=";
    let body = "<script>alert(1)</script>\n\n<img src=x onerror=alert(2)>\n\n<svg onload=alert(3)>\n\n\
                [bấm](javascript:alert(4)) [dữ liệu](data:text/html;base64,PHNjcmlwdD4=)\n\n\
                ![ảnh](data:image/svg+xml;base64,PHN2Zz4=) ![ngoài](https://evil.example/x.png)\n\n\
                <iframe src=https://evil.example></iframe> <a href=\"jav&#x09;ascript:alert(5)\">x</a>";
    let address = begin(&mut editor, "news", title).await;
    let fields =
        [("tieu_de", title), ("tom_tat", "\"><script>alert(6)</script>"), ("noi_dung", body)];
    save(&mut editor, &address, "trinh", &fields).await.goes_to();
    act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    let own = "/tin-tuc/script-alert-x-script-onload";
    let mut reader = t.visitor();
    for page in [own, "/tin-tuc", "/tin-tuc/nguon-tin.xml", "/"] {
        let page = reader.get(page).await.page();
        let article = page.split("<article").nth(1).unwrap_or("");
        for harm in
            ["<script>", "<svg onload", "<img", "<iframe", "href=\"javascript", "href=\"data:"]
        {
            let place = if harm == "<script>" { page.as_str() } else { article };
            assert!(!place.contains(harm), "{harm}: {place}");
        }
    }
    let page = reader.get(own).await.page();
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "nothing typed is lost: {page}"
    );
    for page in [address.clone(), format!("{address}/xem"), "/bien-tap".to_owned()] {
        let page = head.get(&page).await.page();
        assert!(!page.contains("<script>alert"), "{page}");
    }
}
on_both!(a_text_that_means_harm_is_read_as_text);

async fn a_picture_is_written_anew_and_only_public_with_its_article(t: TestApp) {
    let (mut head, mut editor, _) = board(&t).await;
    let address = begin(&mut editor, "news", "Có ảnh").await;
    save(&mut editor, &address, "luu", &text("Có ảnh", "Chữ.")).await.goes_to();
    let mut tail = PNG.to_vec();
    tail.extend_from_slice(b"<script>alert(1)</script>");
    upload(&mut editor, &address, ("anh", "Người dân \"nhận\" tiền"), ("anh.php", &tail))
        .await
        .goes_to();
    let page = editor.get(&address).await.page();
    let file = page.split("href=\"").find(|link| link.starts_with("/tin-tuc/tep/")).unwrap();
    let file = file.split('"').next().unwrap().to_owned();
    // Not yet: only the board sees it.
    let mut reader = t.visitor();
    assert_eq!(reader.get(&file).await.status, StatusCode::NOT_FOUND);
    assert_eq!(t.sign_in("x18172").await.get(&file).await.status, StatusCode::NOT_FOUND);
    let kept = editor.get(&file).await;
    assert_eq!((kept.status, kept.content_type.as_str()), (StatusCode::OK, "image/jpeg"));
    assert!(kept.bytes.starts_with(&[0xff, 0xd8]) && !kept.body.contains("<script"));
    save(&mut editor, &address, "trinh", &text("Có ảnh", "Chữ.")).await.goes_to();
    act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    let response = reader.open(&file).await;
    let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "public, max-age=300");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let page = reader.get("/tin-tuc/co-anh").await.page();
    assert!(
        page.contains(&format!("<img src=\"{file}\" alt=\"Người dân &#34;nhận&#34; tiền\"")),
        "{page}"
    );
    assert!(page.contains("og:image"), "{page}");
    // A file of the next draft is not public, and what was put up by mistake is gone.
    act(&mut editor, &address, "sua-moi", &[]).await.goes_to();
    upload(&mut editor, &address, ("tep", "Danh sách kín"), ("a.pdf", b"%PDF-1.4 x"))
        .await
        .goes_to();
    let draft = editor.get(&address).await.page();
    let hidden = draft.split("href=\"").filter(|link| link.starts_with("/tin-tuc/tep/"));
    let hidden: Vec<String> = hidden.map(|l| l.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(hidden.len(), 2, "the later edition begins with the files of the one before");
    for other in hidden.iter().filter(|one| **one != file) {
        assert_eq!(reader.get(other).await.status, StatusCode::NOT_FOUND);
    }
    let down = [("vi_sao", "error"), ("ly_do", "Ảnh sai người")];
    act(&mut head, &address, "go", &down).await.goes_to();
    assert_eq!(reader.get(&file).await.status, StatusCode::NOT_FOUND);
}
on_both!(a_picture_is_written_anew_and_only_public_with_its_article);

async fn what_is_no_picture_and_no_paper_is_refused_in_words(t: TestApp) {
    let (_, mut editor, mut writer) = board(&t).await;
    let address = begin(&mut editor, "news", "Tệp sai").await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let mut bomb = PNG.to_vec();
    bomb[16..24].copy_from_slice(&[0, 0, 0x9c, 0x40, 0, 0, 0x9c, 0x40]);
    let macros = b"PK\x03\x04[Content_Types].xml xl/workbook.xml xl/vbaProject.bin";
    let cases: [(&str, &str, &[u8], &str); 8] = [
        ("anh", "hinh.svg", svg, "SVG có thể chứa lệnh"),
        ("anh", "hinh.png", svg, "SVG có thể chứa lệnh"),
        ("anh", "hinh.jpg", b"<html>", "không phải ảnh"),
        ("anh", "hinh.png", &PNG[..40], "bị hỏng"),
        ("anh", "", b"", "Chưa chọn ảnh"),
        ("tep", "thu.pdf", b"<html><script>", "không phải PDF"),
        ("tep", "bang.xlsx", macros, "macro"),
        ("tep", "", b"", "Chưa chọn tệp"),
    ];
    for (what, name, bytes, told) in cases {
        let answer = upload(&mut editor, &address, (what, "Mô tả"), (name, bytes)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    let answer = upload(&mut editor, &address, ("anh", "Bom"), ("b.png", &bomb)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let blind = upload(&mut editor, &address, ("anh", " "), ("a.png", PNG)).await;
    assert!(blind.body.contains("Ghi ảnh chụp gì"), "{}", blind.body);
    // A contributor adds nothing to another's article, and a forged token nothing at all.
    let other = upload(&mut writer, &address, ("anh", "Ảnh"), ("a.png", PNG)).await;
    assert!(other.body.contains("Cộng tác viên chỉ viết"), "{}", other.body);
    editor.csrf = "x".to_owned();
    let fields = [("phien_ban", "1"), ("la", "anh"), ("mo_ta", "Ảnh")];
    let forged = editor.upload(&format!("{address}/tep"), &fields, "tep", "a.png", PNG).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(t.number("SELECT COUNT(*) FROM news_files").await, 0);
}
on_both!(what_is_no_picture_and_no_paper_is_refused_in_words);

async fn an_attachment_has_a_safe_name_and_is_never_shown_in_the_page(t: TestApp) {
    let (mut head, mut editor, _) = board(&t).await;
    let address = begin(&mut editor, "notice", "Kèm tệp").await;
    let name = "../../..\\etc\\Quyết định 15.pdf.html";
    upload(&mut editor, &address, ("tep", "Quyết định 15"), (name, b"%PDF-1.4 <script>"))
        .await
        .goes_to();
    upload(&mut editor, &address, ("tep", "Nhầm"), ("b.pdf", b"%PDF-1.4")).await.goes_to();
    let page = editor.get(&address).await.page();
    let version = values(&page, "phien_ban")[0].clone();
    let drop = page.split("Nhầm</a>").nth(1).unwrap().split("action=\"").nth(1).unwrap();
    let drop = drop.split('"').next().unwrap().to_owned();
    editor.post(&drop, &[("phien_ban", &version)]).await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM news_files").await, 1);
    save(&mut editor, &address, "trinh", &text("Kèm tệp", "Chữ.")).await.goes_to();
    act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    let mut reader = t.visitor();
    let page = reader.get("/tin-tuc/kem-tep").await.page();
    assert!(page.contains("Quyết định 15</a>") && page.contains("(PDF, 1 KB)"), "{page}");
    let file = page.split("href=\"").find(|link| link.starts_with("/tin-tuc/tep/")).unwrap();
    let response = reader.open(file.split('"').next().unwrap()).await;
    let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("content-disposition"), "attachment; filename=\"quyet-dinh-15-pdf.pdf\"");
    assert_eq!(header("content-type"), "application/pdf");
    for wrong in ["/tin-tuc/tep/..%2f..%2fetc%2fpasswd", "/tin-tuc/tep/1", "/tin-tuc/%2e%2e%2fx"] {
        assert_eq!(reader.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}
on_both!(an_attachment_has_a_safe_name_and_is_never_shown_in_the_page);
