//! An article from the first word to being taken down.

use axum::http::StatusCode;
use chrono::Duration;

use super::{act, appoint, appoint_until, begin, board, save, text};
use crate::on_both;
use crate::payments::fixture::values;
use crate::support::TestApp;

async fn an_article_goes_from_draft_to_public_to_a_later_edition(t: TestApp) {
    let (mut head, _, mut writer) = board(&t).await;
    let mut reader = t.visitor();
    let address = begin(&mut writer, "guide", "Cách nhận tiền hỗ trợ").await;
    let short = save(&mut writer, &address, "trinh", &[("tieu_de", "Cách nhận tiền hỗ trợ")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("Ghi nội dung bài."), "{}", short.body);
    let body = "## Ai được nhận\n\nHộ nghèo, **cận nghèo**.";
    save(&mut writer, &address, "trinh", &text("Cách nhận tiền hỗ trợ", body)).await.goes_to();
    // What waits for the head stands first; what she sends back is the writer's again.
    let waiting = head.get("/bien-tap").await.page();
    assert!(waiting.contains("1 bài đang chờ anh/chị"), "{waiting}");
    let bare = act(&mut head, &address, "tra-lai", &[]).await;
    assert!(bare.body.contains("Ghi lý do"), "{}", bare.body);
    act(&mut head, &address, "tra-lai", &[("ly_do", "Thiếu nơi nhận tiền")]).await.goes_to();
    let back = writer.get("/bien-tap").await.page();
    assert!(back.contains("1 bài đang chờ anh/chị") && back.contains("Bị trả lại"), "{back}");
    assert!(writer.get(&address).await.page().contains("Bị trả lại: Thiếu nơi nhận tiền"));
    let body = "## Ai được nhận\n\nHộ nghèo, **cận nghèo**.\n\n## Ở đâu\n\nTại UBND xã.";
    save(&mut writer, &address, "trinh", &text("Cách nhận tiền hỗ trợ", body)).await.goes_to();
    assert_eq!(reader.get("/tin-tuc/cach-nhan-tien-ho-tro").await.status, StatusCode::NOT_FOUND);
    act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    let page = reader.get("/tin-tuc/cach-nhan-tien-ho-tro").await.page();
    assert!(
        page.contains("<h2>Ở đâu</h2>") && page.contains("<strong>cận nghèo</strong>"),
        "{page}"
    );
    assert!(page.contains("Đăng lúc 8 giờ 00 ngày 15/5/2020"), "{page}");
    assert!(page.contains("og:title") && !page.contains("Cập nhật lúc"), "{page}");
    // A later edition: another writes, the reader sees what changed and when.
    t.pass(Duration::hours(3));
    let (mut head, mut editor) = (t.sign_in("h439").await, t.sign_in("h449").await);
    act(&mut editor, &address, "sua-moi", &[]).await.goes_to();
    let twice = act(&mut editor, &address, "sua-moi", &[]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "one live edition a document");
    assert!(reader.get("/tin-tuc/cach-nhan-tien-ho-tro").await.page().contains("Tại UBND xã"));
    let mut new = text("Cách nhận tiền hỗ trợ đợt 2", "Tại bưu điện xã.").to_vec();
    let unsaid = save(&mut editor, &address, "trinh", &new).await;
    assert!(unsaid.body.contains("Ghi bản này sửa gì"), "{}", unsaid.body);
    new.push(("thay_doi", "Đổi nơi nhận sang bưu điện"));
    save(&mut editor, &address, "trinh", &new).await.goes_to();
    act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    let page = reader.get("/tin-tuc/cach-nhan-tien-ho-tro").await.page();
    assert!(page.contains("Tại bưu điện xã") && !page.contains("Tại UBND xã"), "{page}");
    assert!(page.contains("Cập nhật lúc 11 giờ 00 ngày 15/5/2020"), "{page}");
    assert!(page.contains("Đổi nơi nhận sang bưu điện"), "earlier editions are named: {page}");
    let steps = head.get(&address).await.page();
    for step in ["Trả lại", "Duyệt đăng", "Bắt đầu bản sửa", "(trưởng ban)", "(cộng tác viên)"]
    {
        assert!(steps.contains(step), "{step}: {steps}");
    }
    let acts = "SELECT COUNT(*) FROM audit_entries WHERE action IN ('news.publish', 'news.return')";
    assert_eq!(t.number(acts).await, 3);
}
on_both!(an_article_goes_from_draft_to_public_to_a_later_edition);

async fn nobody_publishes_what_she_wrote_not_even_behind_the_programs_back(t: TestApp) {
    let (mut head, mut editor, mut writer) = board(&t).await;
    appoint(&t, "h436", "deputy").await.goes_to();
    let mut deputy = t.sign_in("h436").await;
    let address = begin(&mut writer, "news", "Tin của cộng tác viên").await;
    save(&mut writer, &address, "luu", &text("Tin của cộng tác viên", "Một.")).await.goes_to();
    // The head mends a word: from now on she has written it.
    save(&mut head, &address, "trinh", &text("Tin của cộng tác viên", "Một, hai.")).await.goes_to();
    for (who, told) in [
        (&mut head, "không tự duyệt đăng bài của mình"),
        (&mut editor, "Chỉ trưởng ban, phó trưởng ban"),
        (&mut writer, "Chỉ trưởng ban, phó trưởng ban"),
    ] {
        let refused = act(who, &address, "dang", &[("khi", "ngay")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(told), "{}", refused.body);
    }
    let hers = "UPDATE news_editions SET state = 'approved', approved_by = written_by,
                  approved_at = written_at, publish_at = written_at";
    let error = {
        use sea_orm::ConnectionTrait;
        t.app.db.read().execute_unprepared(hers).await.unwrap_err()
    };
    assert!(error.to_string().contains("news_editions_four_eyes"), "{error}");
    act(&mut deputy, &address, "dang", &[("khi", "ngay")]).await.goes_to();
    assert!(t.visitor().get("/tin-tuc").await.page().contains("Tin của cộng tác viên"));
}
on_both!(nobody_publishes_what_she_wrote_not_even_behind_the_programs_back);

async fn a_scheduled_article_appears_at_its_hour_and_not_before(t: TestApp) {
    let (mut head, _, mut writer) = board(&t).await;
    let mut reader = t.visitor();
    let address = begin(&mut writer, "notice", "Chi trả tại xã Sơn Kim 1").await;
    save(&mut writer, &address, "trinh", &text("Chi trả tại xã Sơn Kim 1", "Sáng mai."))
        .await
        .goes_to();
    for (day, hour) in [("14/5/2020", "8:00"), ("15/5/2020", "25:00"), ("", "17:30"), ("x", "")] {
        let fields = [("khi", "hen"), ("ngay_dang", day), ("gio_dang", hour)];
        let wrong = act(&mut head, &address, "dang", &fields).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{day} {hour}");
        assert!(wrong.body.contains(&format!("value=\"{hour}\"")), "what was typed stays");
    }
    let fields = [("khi", "ngay"), ("ngay_dang", "15/5/2020"), ("gio_dang", "17:30")];
    let hasty = act(&mut head, &address, "dang", &fields).await;
    assert!(hasty.body.contains("nhưng chọn đăng ngay"), "{}", hasty.body);
    let fields = [("khi", "hen"), ("ngay_dang", "15/5/2020"), ("gio_dang", "17 giờ 30")];
    act(&mut head, &address, "dang", &fields).await.goes_to();
    let slug = "/tin-tuc/chi-tra-tai-xa-son-kim-1";
    t.set_local("2020-05-15T17:29");
    let mut head = t.sign_in("h439").await;
    assert_eq!(reader.get(slug).await.status, StatusCode::NOT_FOUND);
    for page in ["/tin-tuc", "/tin-tuc/nguon-tin.xml", "/"] {
        assert!(!reader.get(page).await.page().contains("Sơn Kim 1</"), "{page}");
    }
    assert!(head.get(&address).await.page().contains("Hẹn đăng lúc 17 giờ 30 ngày 15/5/2020"));
    act(&mut head, &address, "huy-hen", &[("ly_do", "Đổi ngày chi")]).await.goes_to();
    t.set_local("2020-05-15T17:40");
    assert_eq!(reader.get(slug).await.status, StatusCode::NOT_FOUND, "taken back in time");
    let fields = [("khi", "hen"), ("ngay_dang", "16/5/2020"), ("gio_dang", "7h")];
    act(&mut head, &address, "dang", &fields).await.goes_to();
    t.set_local("2020-05-16T07:00");
    let page = reader.get(slug).await.page();
    assert!(page.contains("Đăng lúc 7 giờ 00 ngày 16/5/2020"), "{page}");
    assert!(reader.get("/tin-tuc?tim=SON%20kim").await.page().contains(slug));
    assert!(reader.get("/").await.page().contains(slug), "and on the first page");
}
on_both!(a_scheduled_article_appears_at_its_hour_and_not_before);

/// Two articles that are public; returns the address of the first for the board.
async fn two_public(t: &TestApp) -> String {
    let (mut head, mut editor, _) = board(t).await;
    let mut first = String::new();
    for title in ["Bài thứ hai", "Bài thứ nhất"] {
        let address = begin(&mut editor, "news", title).await;
        save(&mut editor, &address, "trinh", &text(title, "Nội dung kín.")).await.goes_to();
        act(&mut head, &address, "dang", &[("khi", "ngay")]).await.goes_to();
        first = address;
    }
    first
}

async fn what_is_taken_down_keeps_its_page_with_a_notice(t: TestApp) {
    let address = two_public(&t).await;
    let mut head = t.sign_in("h439").await;
    let mut reader = t.visitor();
    let slug = "/tin-tuc/bai-thu-nhat";
    let bare = act(&mut head, &address, "go", &[("vi_sao", "error")]).await;
    assert!(bare.body.contains("Ghi lý do"), "{}", bare.body);
    let down = [("vi_sao", "error"), ("ly_do", "Sai ngày chi trả")];
    act(&mut head, &address, "go", &down).await.goes_to();
    let page = reader.get(slug).await.page();
    assert!(page.contains("Bài này đã gỡ") && page.contains("đăng nhầm"), "{page}");
    assert!(page.contains("Sai ngày chi trả") && page.contains("noindex"), "{page}");
    assert!(!page.contains("Nội dung kín"), "put up by mistake: not shown again");
    for list in ["/tin-tuc", "/tin-tuc/nguon-tin.xml"] {
        let list = reader.get(list).await.page();
        assert!(!list.contains("bai-thu-nhat") && list.contains("bai-thu-hai"), "{list}");
    }
    act(&mut head, &address, "dang-lai", &[("ly_do", "Ngày đã đúng")]).await.goes_to();
    assert!(reader.get(slug).await.page().contains("Nội dung kín"));
    // Over, but still to be read under the notice.
    let down = [("vi_sao", "ended"), ("ly_do", "Đợt 1 đã xong")];
    act(&mut head, &address, "go", &down).await.goes_to();
    let page = reader.get(slug).await.page();
    assert!(page.contains("không còn hiệu lực") && page.contains("Nội dung kín"), "{page}");
    act(&mut head, &address, "dang-lai", &[("ly_do", "Gộp thay vì gỡ")]).await.goes_to();
    // Merged: the notice leads on; nowhere or to itself is refused.
    for wrong in ["/tin-tuc/khong-co", slug, ""] {
        let down = [("vi_sao", "merged"), ("ly_do", "Gộp"), ("gop_vao", wrong)];
        let answer = act(&mut head, &address, "go", &down).await;
        assert!(answer.body.contains("Không thấy bài nào đang đăng"), "{}", answer.body);
    }
    let other = "http://127.0.0.1/tin-tuc/bai-thu-hai";
    let down = [("vi_sao", "merged"), ("ly_do", "Gộp"), ("gop_vao", other)];
    act(&mut head, &address, "go", &down).await.goes_to();
    let page = reader.get(slug).await.page();
    assert!(page.contains("href=\"/tin-tuc/bai-thu-hai\">Bài thứ hai"), "{page}");
}
on_both!(what_is_taken_down_keeps_its_page_with_a_notice);

async fn who_is_not_on_the_board_today_writes_nothing(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/bien-tap").await.page();
    assert!(page.contains("chưa ở trong Ban Biên tập") && !page.contains("Viết bài mới"), "{page}");
    assert!(!clerk.get("/tai-khoan").await.page().contains("href=\"/bien-tap\""), "no menu entry");
    assert_eq!(clerk.get("/bien-tap/moi").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    appoint_until(&t, "x18196", "contributor", "16/5/2020").await.goes_to();
    assert!(clerk.get("/tai-khoan").await.page().contains("href=\"/bien-tap\""));
    let address = begin(&mut clerk, "news", "Tin xã").await;
    // Another commune's clerk, another contributor's draft, the day after the term.
    let mut other = t.sign_in("x18172").await;
    assert_eq!(other.get(&address).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    appoint(&t, "x18172", "contributor").await.goes_to();
    let refused = other.get(&address).await.page();
    assert!(!refused.contains("Lưu và trình duyệt"), "another's draft is read only: {refused}");
    let forged = [("phien_ban", "1"), ("viec", "luu"), ("tieu_de", "x")];
    let answer = other.post(&address, &forged).await;
    assert!(answer.body.contains("Cộng tác viên chỉ viết"), "{}", answer.body);
    t.set_local("2020-05-17T08:00");
    let mut clerk = t.sign_in("x18196").await;
    assert_eq!(clerk.get(&address).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(t.number("SELECT COUNT(*) FROM news_editions WHERE title <> 'Tin xã'").await, 0);
}
on_both!(who_is_not_on_the_board_today_writes_nothing);

async fn the_province_keeps_the_board_and_terms_do_not_overlap(t: TestApp) {
    for (until, told) in [("30/4/2020", "từ ngày bắt đầu"), ("2/5/2020", "đã hết"), ("x", "ví dụ")]
    {
        let wrong = appoint_until(&t, "h439", "head", until).await;
        assert!(wrong.body.contains(told) && wrong.body.contains("15/QĐ-UBND"), "{}", wrong.body);
    }
    assert!(appoint(&t, "khong.co", "head").await.body.contains("Không có tài khoản này"));
    assert!(appoint(&t, "h439", "vua").await.body.contains("Chọn vai trò"));
    appoint(&t, "h439", "head").await.goes_to();
    assert!(appoint(&t, "h439", "editor").await.body.contains("đã ở trong Ban Biên tập"));
    let mut district = t.sign_in("h439").await;
    assert_eq!(district.get("/bien-tap/ban").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(district.get("/bien-tap").await.page().contains("Trưởng ban"));
    let mut province = t.sign_in("tinh42").await;
    let page = province.get("/bien-tap/ban").await.page();
    let end = page.split("action=\"").find(|part| part.contains("/ket-thuc")).unwrap();
    let end = end.split('"').next().unwrap().to_owned();
    province.post(&end, &[("ly_do", "")]).await.goes_to();
    assert!(district.get("/bien-tap/moi").await.status.is_success(), "without a reason: nothing");
    province.post(&end, &[("ly_do", "Quyết định 20/QĐ-UBND")]).await.goes_to();
    assert_eq!(district.get("/bien-tap/moi").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(province.post(&end, &[("ly_do", "lần nữa")]).await.status, StatusCode::NOT_FOUND);
    appoint(&t, "h439", "deputy").await.goes_to();
}
on_both!(the_province_keeps_the_board_and_terms_do_not_overlap);

async fn an_appointment_form_that_was_sent_names_nobody_else(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let page = province.get("/bien-tap/ban").await.page();
    let id = values(&page, "ma")[0].clone();
    let form = |who: &'static str| {
        [
            ("ma", id.clone()),
            ("tai_khoan", who.to_owned()),
            ("vai_tro", "editor".to_owned()),
            ("tu_ngay", "1/5/2020".to_owned()),
            ("den_ngay", "31/12/2020".to_owned()),
            ("so_qd", "15/QĐ-UBND".to_owned()),
            ("ngay_qd", "28/4/2020".to_owned()),
        ]
    };
    for (who, status) in
        [("h439", StatusCode::SEE_OTHER), ("h436", StatusCode::UNPROCESSABLE_ENTITY)]
    {
        let fields = form(who);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let answer = province.post("/bien-tap/ban", &fields).await;
        assert_eq!(answer.status, status, "{who}: {}", answer.body);
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM news_members").await, 1);
}
on_both!(an_appointment_form_that_was_sent_names_nobody_else);

async fn two_at_one_instant_and_an_old_page_lose_nothing(t: TestApp) {
    let (mut head, mut editor, mut writer) = board(&t).await;
    appoint(&t, "h436", "deputy").await.goes_to();
    let mut deputy = t.sign_in("h436").await;
    let address = begin(&mut writer, "news", "Tin chung").await;
    let old = values(&editor.get(&address).await.page(), "phien_ban")[0].clone();
    save(&mut writer, &address, "luu", &text("Tin chung", "Của người viết.")).await.goes_to();
    let mut late = vec![("phien_ban", old.as_str()), ("viec", "luu")];
    late.extend(text("Tin chung", "Câu gõ ở trang cũ."));
    let stale = editor.post(&address, &late).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.body.contains("Câu gõ ở trang cũ."), "typed text stays: {}", stale.body);
    assert!(writer.get(&address).await.page().contains("Của người viết."));
    save(&mut writer, &address, "trinh", &text("Tin chung", "Của người viết.")).await.goes_to();
    let version = values(&head.get(&address).await.page(), "phien_ban")[0].clone();
    deputy.get(&address).await.page();
    let fields = [("phien_ban", version.as_str()), ("khi", "ngay")];
    let to = format!("{address}/lam/dang");
    let (one, two) = tokio::join!(head.post(&to, &fields), deputy.post(&to, &fields));
    let fine = [one.status, two.status].iter().filter(|s| **s == StatusCode::SEE_OTHER).count();
    assert_eq!(fine, 1, "{} {}", one.body, two.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM news_steps WHERE step = 'publish'").await, 1);
    // The form of a new article sent twice makes one.
    let form = writer.get("/bien-tap/moi").await.page();
    let id = values(&form, "ma")[0].clone();
    let fields = [("ma", id.as_str()), ("loai", "news"), ("tieu_de", "Tin chung")];
    let first = writer.post("/bien-tap/moi", &fields).await.goes_to();
    assert_eq!(writer.post("/bien-tap/moi", &fields).await.goes_to(), first);
    // The same title gets another address.
    save(&mut writer, &first, "trinh", &text("Tin chung", "Bài khác.")).await.goes_to();
    act(&mut head, &first, "dang", &[("khi", "ngay")]).await.goes_to();
    assert!(t.visitor().get("/tin-tuc/tin-chung-2").await.page().contains("Bài khác."));
}
on_both!(two_at_one_instant_and_an_old_page_lose_nothing);

async fn an_edition_given_up_leaves_the_public_one_as_it_is(t: TestApp) {
    let address = two_public(&t).await;
    let mut editor = t.sign_in("h449").await;
    act(&mut editor, &address, "sua-moi", &[]).await.goes_to();
    save(&mut editor, &address, "luu", &text("Đổi tên", "Câu bỏ đi.")).await.goes_to();
    let bare = act(&mut editor, &address, "bo", &[]).await;
    assert!(bare.body.contains("Ghi lý do"), "{}", bare.body);
    act(&mut editor, &address, "bo", &[("ly_do", "Không cần sửa nữa")]).await.goes_to();
    let page = editor.get(&address).await.page();
    assert!(page.contains("Nội dung kín.") && !page.contains("Câu bỏ đi."), "{page}");
    assert!(t.visitor().get("/tin-tuc/bai-thu-nhat").await.page().contains("Nội dung kín."));
    act(&mut editor, &address, "sua-moi", &[]).await.goes_to();
    assert!(editor.get(&address).await.page().contains("bản thứ 3"), "a number is used once");
}
on_both!(an_edition_given_up_leaves_the_public_one_as_it_is);
