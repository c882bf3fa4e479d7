//! What strangers try.

use axum::http::StatusCode;

use super::{QUESTION, ask, code_of, first_of, track};
use crate::on_both;
use crate::payments::fixture::values;
use crate::support::TestApp;

async fn a_double_click_is_one_submission_with_one_code(t: TestApp) {
    let mut citizen = t.visitor();
    let mut other = t.visitor();
    let form = citizen.get("/hoi-dap/gui").await.page();
    let secret = values(&form, "phieu")[0].clone();
    let mut fields = vec![("phieu", secret.as_str())];
    fields.extend_from_slice(&QUESTION);
    let (one, two) =
        tokio::join!(citizen.post("/hoi-dap/gui", &fields), other.post("/hoi-dap/gui", &fields));
    let (one, two) = (one.page(), two.page());
    assert_eq!(code_of(&one), code_of(&two));
    assert_eq!(t.number("SELECT COUNT(*) FROM feedback_cases").await, 1);
    // Back, another text, sent again: the first stands, and it is said.
    fields[3].1 = "Một câu hỏi khác hẳn câu trước";
    let again = citizen.post("/hoi-dap/gui", &fields).await.page();
    assert!(again.contains("nội dung gửi lần đầu được giữ"), "{again}");
    assert_eq!(code_of(&again), code_of(&one));
    let own = track(&mut citizen, &code_of(&one)).await.page();
    assert!(own.contains("Bao giờ hộ nghèo"), "{own}");
}
on_both!(a_double_click_is_one_submission_with_one_code);

async fn markup_controls_and_a_megabyte_harm_nobody(t: TestApp) {
    let mut citizen = t.visitor();
    let text = "<script>alert(1)</script> \u{202e}đảo\u{0} <img src=x onerror=y>";
    let name = "\"><b>x";
    let fields = [("loai", "cau-hoi"), ("xa", "18196"), ("noi_dung", text), ("ten", name)];
    let code = code_of(&ask(&mut citizen, &fields).await.page());
    let mut clerk = t.sign_in("x18196").await;
    let address = first_of(&mut clerk, "/y-kien").await;
    let pages = [
        track(&mut citizen, &code).await.page(),
        clerk.get(&address).await.page(),
        clerk.get("/y-kien").await.page(),
    ];
    for page in pages {
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");
        assert!(!page.contains('\u{202e}') && !page.contains("\"><b>x"), "{page}");
        assert!(page.contains("&#60;script&#62;alert(1)") || page.contains("&lt;script"), "{page}");
    }
    let million = "a ".repeat(500_000);
    let long = [("loai", "cau-hoi"), ("xa", "18196"), ("noi_dung", million.as_str())];
    let answer = ask(&mut citizen, &long).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("nhiều nhất 4000") && answer.body.len() < 60_000);
    let trap = [QUESTION[0], QUESTION[1], QUESTION[2], ("trang_web", "http://x")];
    let answer = ask(&mut citizen, &trap).await;
    assert!(answer.body.contains("do máy tự điền") && answer.body.contains("Bao giờ hộ nghèo"));
    let help = [("loai", "tro-giup"), ("xa", "18196"), ("noi_dung", "Tôi là cán bộ đây")];
    assert_eq!(ask(&mut citizen, &help).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(t.number("SELECT COUNT(*) FROM feedback_cases").await, 1);
}
on_both!(markup_controls_and_a_megabyte_harm_nobody);

async fn codes_that_nobody_has_get_the_same_bytes_and_run_out(t: TestApp) {
    let mut citizen = t.visitor();
    let code = code_of(&ask(&mut citizen, &QUESTION).await.page());
    // Codes of forms that were never sent: well-formed, unknown.
    let unknown = ["AAAAA-AAAAA-AAAAA"];
    let mut bodies = Vec::new();
    // Of all last symbols one fits.
    for begin in ["AAAAA-AAAAA-AAAA", "AAAAA-AAAAA-AAAC", "CAAAA-AAAAA-AAAA"] {
        for last in "ACDEFGHJKMNPQRTUVWXY34679".chars() {
            let answer = track(&mut citizen, &format!("{begin}{last}")).await;
            if answer.status == StatusCode::OK {
                bodies.push(answer.bytes);
            }
        }
    }
    assert!(bodies.len() >= 3, "each has a fitting check");
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
    for _ in 0..200 {
        track(&mut citizen, unknown[0]).await;
    }
    let stopped = track(&mut citizen, unknown[0]).await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    t.pass(chrono::Duration::minutes(11));
    assert!(track(&mut citizen, &code).await.page().contains("Bao giờ hộ nghèo"));
    // Looking at one's own costs nothing, however many look from one address.
    for _ in 0..100 {
        track(&mut citizen, &code).await.page();
    }
    let word = [
        ("ma_tra_cuu", unknown[0]),
        ("ma", "0190c6a0-0000-7000-8000-000000000001"),
        ("loi", "abc"),
    ];
    let first = citizen.post("/hoi-dap/theo-doi/them", &word).await.page();
    assert!(first.contains("Không có phiếu nào"), "{first}");
    // Every door counts, also those of a form that only a sender is given.
    for n in 0..60 {
        let door = if n % 2 == 0 { "them" } else { "rut" };
        citizen.post(&format!("/hoi-dap/theo-doi/{door}"), &word).await;
    }
    for door in ["them", "rut"] {
        let stopped = citizen.post(&format!("/hoi-dap/theo-doi/{door}"), &word).await;
        assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS, "{door}");
    }
}
on_both!(codes_that_nobody_has_get_the_same_bytes_and_run_out);

async fn a_flood_from_one_network_is_stopped_and_the_text_is_kept(t: TestApp) {
    let mut citizen = t.visitor().unwatched();
    for _ in 0..60 {
        ask(&mut citizen, &QUESTION).await.page();
    }
    let stopped = ask(&mut citizen, &QUESTION).await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(stopped.body.contains("Chờ mười phút") && stopped.body.contains("Bao giờ hộ nghèo"));
    t.pass(chrono::Duration::minutes(11));
    ask(&mut citizen, &QUESTION).await.page();
}
on_both!(a_flood_from_one_network_is_stopped_and_the_text_is_kept);

async fn the_database_knows_no_code_and_public_pages_are_small(t: TestApp) {
    let mut citizen = t.visitor();
    let code = code_of(&ask(&mut citizen, &QUESTION).await.page());
    let plain = code.replace('-', "");
    let like = format!(
        "SELECT COUNT(*) FROM feedback_cases WHERE code_sha256 LIKE '%{plain}%' OR form_sha256 LIKE '%{plain}%'"
    );
    assert_eq!(t.number(&like).await, 0);
    for path in ["/hoi-dap", "/hoi-dap/gui", "/hoi-dap/theo-doi"] {
        let page = citizen.get(path).await.page();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut packed, page.as_bytes()).unwrap();
        let size = packed.finish().unwrap().len();
        assert!(size <= 8 * 1024, "{path}: {size} bytes");
    }
}
on_both!(the_database_knows_no_code_and_public_pages_are_small);
