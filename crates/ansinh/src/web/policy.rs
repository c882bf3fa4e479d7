//! Who may come to which route: one line a route and method. [`super::rooms`] says which routes
//! there are; a test holds the two against each other and walks every route with every role, so a
//! route without its line is found before it is merged (OWASP ASVS 5.0 §8.1.1, §8.4.1).
//!
//! The table decides for accounts that only read ([`Role::Supervisor`]): what is not opened to
//! them here is closed. What an acting officer may do is decided by her role and by the state of
//! the rows, in the rooms' rules.

use axum::http::Method;

use super::Error;
use crate::identity::{Actor, Kind, Role};

/// Who may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, without an account.
    Public,
    /// Every account: it concerns only herself.
    Own,
    /// Every account reads; nothing is changed.
    Watch,
    /// Officers who act, each by her role; never who only reads.
    Act,
    /// Holders of a unit's account, about the accounts below them.
    Manage,
}

/// One route with who may GET and who may POST it; `None` where the method does not exist.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The route as the router has it.
    pub path: &'static str,
    /// Who may GET.
    pub get: Option<Access>,
    /// Who may POST.
    pub post: Option<Access>,
}

const fn reads(path: &'static str, get: Access) -> Rule {
    Rule { path, get: Some(get), post: None }
}

const fn posts(path: &'static str, post: Access) -> Rule {
    Rule { path, get: None, post: Some(post) }
}

const fn both(path: &'static str, get: Access, post: Access) -> Rule {
    Rule { path, get: Some(get), post: Some(post) }
}

use Access::{Act, Manage, Own, Public, Watch};

/// Every route of the program.
pub const RULES: &[Rule] = &[
    // web
    reads("/tai-san/{file}", Public),
    // watch: /metrics answers the machine itself, or with its token
    reads("/healthz", Public),
    reads("/readyz", Public),
    reads("/metrics", Public),
    // identity
    both("/dang-nhap", Public, Public),
    both("/dang-nhap/ma", Public, Public),
    both("/tai-khoan/phien", Own, Own),
    both("/tai-khoan/ma-xac-thuc", Own, Own),
    reads("/tiep-tuc", Own),
    posts("/dang-xuat", Own),
    both("/doi-mat-khau", Own, Own),
    reads("/tai-khoan", Own),
    both("/tai-khoan/can-bo", Manage, Manage),
    posts("/tai-khoan/can-bo/cach-dung", Manage),
    both("/tai-khoan/giam-sat", Manage, Manage),
    reads("/tai-khoan/cap-duoi", Manage),
    reads("/tai-khoan/nguoi/{id}", Manage),
    posts("/tai-khoan/nguoi/{id}/cap-lai", Manage),
    posts("/tai-khoan/nguoi/{id}/ngung", Manage),
    posts("/tai-khoan/nguoi/{id}/mo-lai", Manage),
    // duties
    reads("/viec", Watch),
    both("/viec/bao-cao", Act, Act),
    reads("/don-doc", Watch),
    posts("/don-doc/nhac", Act),
    reads("/don-doc/{commune}", Watch),
    reads("/don-doc/{commune}/lich-su.csv", Watch),
    posts("/don-doc/{commune}/mien", Act),
    posts("/don-doc/{commune}/bo-mien", Act),
    posts("/don-doc/{commune}/mo-so", Act),
    posts("/don-doc/{commune}/khoa-so", Act),
    posts("/don-doc/{commune}/lien-he", Act),
    // intake: whole numbers as typed
    both("/nhap-lieu", Act, Act),
    both("/nhap-lieu/{id}", Act, Act),
    posts("/nhap-lieu/{id}/to", Act),
    both("/nhap-lieu/{id}/ghi", Act, Act),
    reads("/nhap-lieu/{id}/ket-qua", Act),
    both("/nhap-lieu/{id}/bo", Act, Act),
    posts("/nhap-lieu/{id}/doc-lai", Act),
    reads("/nhap-lieu/{id}/goc", Act),
    reads("/nhap-lieu/{id}/dong-loi.xlsx", Act),
    reads("/nhap-lieu/{id}/doi-chieu.csv", Act),
    // relief: lists and rows
    reads("/danh-sach", Watch),
    reads("/danh-sach/tep/{name}", Watch),
    reads("/danh-sach/doi-chieu", Watch),
    reads("/danh-sach/doi-chieu/tep/{name}", Watch),
    reads("/danh-sach/{id}", Watch),
    reads("/danh-sach/{id}/tep/{name}", Watch),
    both("/danh-sach/{id}/lam/{viec}", Act, Act),
    reads("/danh-sach/{id}/ban-niem-yet", Watch),
    posts("/danh-sach/{id}/dot-bo-sung", Act),
    reads("/danh-sach/dong/{id}", Watch),
    reads("/kiem-tra/dong/{id}", Watch),
    both("/danh-sach/dong/{id}/{viec}", Act, Act),
    // relief: duplicates
    reads("/canh-bao", Watch),
    reads("/canh-bao/tep/{name}", Watch),
    both("/canh-bao/loat", Act, Act),
    reads("/canh-bao/thong-ke", Watch),
    both("/canh-bao/{id}", Watch, Act),
    reads("/canh-bao/{id}/giay-moi", Act),
    posts("/canh-bao/{id}/hoan-tac", Act),
    both("/canh-bao/lien-ket/{dong}", Act, Act),
    posts("/canh-bao/lien-ket/{dong}/{id}/go", Act),
    // relief: decisions
    both("/quyet-dinh", Watch, Act),
    reads("/quyet-dinh/moi", Act),
    posts("/quyet-dinh/xem", Act),
    reads("/quyet-dinh/tep/{name}", Watch),
    reads("/quyet-dinh/{id}", Watch),
    posts("/quyet-dinh/{id}/huy", Act),
    // relief: payments
    reads("/chi-tra", Watch),
    posts("/chi-tra/tim", Watch),
    posts("/chi-tra/xac-nhan", Act),
    posts("/chi-tra/ghi", Act),
    posts("/chi-tra/khong-chi", Act),
    posts("/chi-tra/ghi-khong-chi", Act),
    reads("/chi-tra/ky-nhan", Act),
    reads("/chi-tra/ky-nhan/tep", Act),
    reads("/chi-tra/tep/{name}", Watch),
    both("/chi-tra/phieu", Act, Act),
    reads("/chi-tra/{id}", Watch),
    posts("/chi-tra/{id}/hoan-tra", Act),
    posts("/chi-tra/{id}/dinh-chinh", Act),
    reads("/chi-tra/{id}/phieu/{entry}", Act),
    // relief: recovery
    reads("/thu-hoi", Watch),
    both("/thu-hoi/moi", Act, Act),
    reads("/thu-hoi/{id}", Watch),
    posts("/thu-hoi/{id}/nop", Act),
    posts("/thu-hoi/{id}/mien", Act),
    posts("/thu-hoi/{id}/dao", Act),
    reads("/thu-hoi/{id}/phieu/{entry}", Watch),
    // relief: reports
    reads("/bao-cao/nguon-kinh-phi", Watch),
    reads("/bao-cao/nguon-kinh-phi/tep/{name}", Watch),
    both("/bao-cao/nguon-kinh-phi/giao", Act, Act),
    posts("/bao-cao/nguon-kinh-phi/giao/{id}/dao", Act),
    reads("/bao-cao", Watch),
    reads("/bao-cao/ngay", Watch),
    reads("/bao-cao/quyet-dinh", Watch),
    reads("/bao-cao/doi-tuong", Watch),
    reads("/bao-cao/so-chi", Watch),
    reads("/bao-cao/tep/{name}", Watch),
    reads("/bao-cao/tu-lap", Watch),
    reads("/bao-cao/tu-lap/tep/{name}", Watch),
    reads("/bao-cao/hang-ngay", Watch),
    reads("/bao-cao/hang-ngay/tep", Watch),
    // journal: who did what, in one's own area, without identity numbers
    reads("/nhat-ky", Watch),
    reads("/nhat-ky/tep/{name}", Watch),
    // portal
    reads("/", Public),
    reads("/chinh-sach", Public),
    reads("/chinh-sach/{ma}", Public),
    reads("/ban-do", Public),
    reads("/ban-do/tai-ve.csv", Public),
    reads("/cong-khai", Public),
    reads("/cong-khai/{xa}", Public),
    reads("/cong-khai/{xa}/in", Public),
    reads("/cong-khai/{xa}/tai-ve.csv", Public),
    reads("/cong-khai/{xa}/to-dan", Public),
    reads("/robots.txt", Public),
    reads("/sitemap.xml", Public),
    reads("/en", Public),
    reads("/nhung", Public),
    reads("/nhung/ban-do", Public),
    reads("/nhung/tra-cuu", Public),
    reads("/nhung/tien-do", Public),
    reads("/nhung/tien-do/{xa}", Public),
    reads("/nhung/chinh-sach/{ma}", Public),
    both("/tra-cuu", Public, Public),
    both("/tra-cuu/ket-qua", Public, Public),
    // opendata
    reads("/du-lieu-mo", Public),
    reads("/api/v1/{file}", Public),
    reads("/api/openapi.json", Public),
    // transparency: what witnesses send is believed by its signature
    reads("/xac-minh", Public),
    reads("/so-chi/checkpoint", Public),
    reads("/so-chi/khoa", Public),
    reads("/so-chi/tim/{commitment}", Public),
    reads("/so-chi/tile/{*path}", Public),
    posts("/so-chi/chung-kien", Public),
    // steering
    reads("/chi-dao", Watch),
    both("/chi-dao/moi", Act, Act),
    posts("/chi-dao/xac-nhan", Act),
    reads("/chi-dao/{id}", Watch),
    both("/chi-dao/{id}/giao", Act, Act),
    posts("/chi-dao/{id}/nhac", Act),
    posts("/chi-dao/{id}/thoi", Act),
    reads("/chi-dao/{id}/tep/{tep}", Watch),
    reads("/chi-dao/{id}/tai-ve/{name}", Watch),
    reads("/chi-dao/viec/{id}", Watch),
    posts("/chi-dao/viec/{id}/bao-xong", Act),
    posts("/chi-dao/viec/{id}/noi", Act),
    posts("/chi-dao/viec/{id}/lam/{viec}", Act),
    reads("/chi-dao/viec/{id}/tep/{tep}", Watch),
    reads("/phu-song", Watch),
    reads("/phu-song/tep/{name}", Watch),
    reads("/phu-song/noi/{id}", Watch),
    posts("/phu-song/noi/{id}/{viec}", Act),
    reads("/noi-chua-co-song", Public),
    reads("/tien-do", Public),
    reads("/tim", Public),
    reads("/cong-khai/nguon-tin.xml", Public),
    reads("/noi-chua-co-song/tai-ve.csv", Public),
    reads("/don-doc/don-vi-cham", Watch),
    reads("/don-doc/don-vi-cham/tep/{name}", Watch),
    // newsroom: everybody sees who is on the board; its room decides who writes and publishes
    reads("/bien-tap", Watch),
    both("/bien-tap/moi", Act, Act),
    both("/bien-tap/ban", Manage, Manage),
    posts("/bien-tap/ban/{id}/ket-thuc", Manage),
    both("/bien-tap/{id}", Act, Act),
    reads("/bien-tap/{id}/xem", Act),
    posts("/bien-tap/{id}/lam/{viec}", Act),
    posts("/bien-tap/{id}/tep", Act),
    posts("/bien-tap/{id}/tep/{tep}/bo", Act),
    reads("/tin-tuc", Public),
    reads("/tin-tuc/nguon-tin.xml", Public),
    reads("/tin-tuc/{slug}", Public),
    reads("/tin-tuc/tep/{id}", Public),
    reads("/kiem-chung", Public),
    reads("/kiem-chung/{slug}", Public),
    // feedback
    reads("/hoi-dap", Public),
    both("/hoi-dap/gui", Public, Public),
    both("/hoi-dap/khoan-chi", Public, Public),
    both("/hoi-dap/theo-doi", Public, Public),
    both("/hoi-dap/theo-doi/them", Public, Public),
    both("/hoi-dap/theo-doi/rut", Public, Public),
    reads("/y-kien", Watch),
    both("/y-kien/thoi-han", Watch, Act),
    both("/y-kien/hoi-cap-tren", Act, Act),
    reads("/y-kien/{id}", Watch),
    both("/y-kien/{id}/dang", Act, Act),
    posts("/y-kien/{id}/go", Act),
    posts("/y-kien/{id}/xem-du", Act),
    posts("/y-kien/{id}/{viec}", Act),
    reads("/tro-giup", Watch),
    // demo
    posts("/trinh-dien/sang-ngay", Own),
];

/// What the table says of a route; `None` when it says nothing.
pub fn access(method: &Method, path: &str) -> Option<Access> {
    let rule = RULES.iter().find(|rule| rule.path == path)?;
    if *method == Method::GET || *method == Method::HEAD { rule.get } else { rule.post }
}

/// Lets an officer pass to a route, or says who may.
///
/// # Errors
/// [`Error::Refused`].
pub(crate) fn admit(actor: &Actor, method: &Method, path: &str) -> Result<(), Error> {
    let access = access(method, path);
    if access == Some(Manage) {
        return holder(actor);
    }
    if actor.role != Role::Supervisor || matches!(access, Some(Public | Own | Watch)) {
        return Ok(());
    }
    Err(if actor.kind == Kind::Supervisor {
        Error::refused(
            "Tài khoản giám sát chỉ xem, không làm được việc này",
            "Việc này do cán bộ của UBND làm. Nếu thấy sai sót, báo cho UBND nơi lập danh sách.",
        )
    } else {
        Error::refused(
            "Tài khoản này nay chỉ quản lý cán bộ, không làm được việc này",
            "Từng cán bộ đăng nhập bằng tên của mình để làm. Muốn đơn vị làm lại bằng tài khoản \
             chung, vào mục Cán bộ của đơn vị.",
        )
    })
}

fn holder(actor: &Actor) -> Result<(), Error> {
    if actor.kind == Kind::Unit {
        return Ok(());
    }
    Err(Error::refused(
        "Tài khoản này không quản lý tài khoản khác",
        "Người giữ tài khoản chung của đơn vị, hoặc cấp trên, làm việc này.",
    ))
}

/// Whether the menu shows an address to this officer.
pub(super) fn in_menu(actor: &Actor, path: &str) -> bool {
    admit(actor, &Method::GET, path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_has_one_line() {
        let mut paths: Vec<&str> = RULES.iter().map(|rule| rule.path).collect();
        paths.sort_unstable();
        let all = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), all);
    }

    #[test]
    fn what_the_table_does_not_open_is_closed_to_supervisors() {
        let scope = crate::identity::Scope::Province { province: "42".to_owned() };
        let mut actor = Actor::without_session(uuid::Uuid::nil(), "gs", Role::Supervisor, scope);
        actor.kind = Kind::Supervisor;
        assert!(admit(&actor, &Method::POST, "/duong-moi").is_err());
        assert!(admit(&actor, &Method::GET, "/duong-moi").is_err());
        assert!(admit(&actor, &Method::POST, "/chi-tra/ghi").is_err());
        assert!(admit(&actor, &Method::GET, "/danh-sach").is_ok());
        assert!(admit(&actor, &Method::DELETE, "/danh-sach").is_err());
        assert!(admit(&actor, &Method::GET, "/tai-khoan/can-bo").is_err());
    }
}
