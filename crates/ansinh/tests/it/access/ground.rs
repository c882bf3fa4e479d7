//! Two communes of a district, one of another, a second province; each with rows that can be
//! recognised, and everybody who may come.

use ansinh::database::Sql;
use ansinh::demo::{Dice, Size, commune_workbook};
use ansinh::identity::{Passwords, create_province_accounts};
use ansinh::{intake, relief};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::feedback::{ask, deed};
use crate::identity::people::supervisor;
use crate::payments::fixture::{approved, someone};
use crate::recovery::{act, demand};
use crate::relief::people::{officer, put_one};
use crate::steering::{PDF, first_task, give, issue, report};
use crate::support::{Client, PASSWORD, TestApp, start_instant, units_day};

/// The commune whose rows everybody asks for, and its marks.
pub const HERE: &str = "18196";
/// Another commune of the same district.
pub const BESIDE: &str = "18172";
/// A word that stands in every planted name of a commune.
pub const MARKS: [(&str, &str); 3] = [(HERE, "Mộcxuân"), (BESIDE, "Haixuân"), ("", "Baxuân")];

/// Where somebody sits, seen from [`HERE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Nowhere,
    Commune,
    OtherCommune,
    District,
    OtherDistrict,
    Province,
    OtherProvince,
}

impl Place {
    /// True when the rows of [`HERE`] are her affair.
    pub fn reaches(self) -> bool {
        matches!(self, Self::Commune | Self::District | Self::Province)
    }

    /// Marks that must not come before her eyes, of (here, beside, far).
    pub fn hidden(self) -> [bool; 3] {
        match self {
            Self::Commune => [false, true, true],
            Self::OtherCommune => [true, false, true],
            Self::District => [false, false, true],
            Self::OtherDistrict => [true, true, false],
            Self::Province => [false, false, false],
            Self::Nowhere | Self::OtherProvince => [true, true, true],
        }
    }
}

pub struct Guest {
    pub name: String,
    pub place: Place,
    pub reads_only: bool,
    pub client: Client,
}

/// The ids of rows of [`HERE`].
pub struct Ground {
    pub list: Uuid,
    pub entry: Uuid,
    pub warning: Uuid,
    pub decision: Uuid,
    pub claim: Uuid,
    pub payment: Uuid,
    pub recovery: Uuid,
    pub part: Uuid,
    pub file: Uuid,
    pub account: Uuid,
    pub article: Uuid,
    pub voice: Uuid,
    pub order: Uuid,
    pub task: Uuid,
    pub spot: Uuid,
    pub evidence: Uuid,
    pub paper_file: Uuid,
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

pub async fn one_id(t: &TestApp, sql: &str) -> Uuid {
    let row: Option<Id> = t.app.db.read().row(sql, vec![]).await.unwrap();
    row.unwrap_or_else(|| panic!("nothing from {sql}")).id
}

pub fn far(t: &TestApp) -> String {
    t.app.areas.communes_of("446", units_day())[0].code.clone()
}

/// Plants rows in three communes and makes a second province.
pub async fn plant(t: &TestApp) -> Ground {
    let passwords = Passwords::Shared(PASSWORD);
    let (db, areas, day) = (&t.app.db, &t.app.areas, units_day());
    create_province_accounts(db, areas, "40", day, start_instant(), passwords).await.unwrap();
    let far = far(t);
    for (at, (commune, mark)) in MARKS.into_iter().enumerate() {
        let commune = if commune.is_empty() { far.as_str() } else { commune };
        plant_one(t, at, commune, mark).await;
    }
    let of = |sql: &str| format!("{sql} WHERE commune_code = '{HERE}'");
    let draft = format!("{} AND state = 'draft'", of("SELECT id FROM beneficiary_lists"));
    let paid = format!(
        "SELECT p.id FROM payment_entries p WHERE p.commune_code = '{HERE}' AND p.kind = 'paid'"
    );
    let claim = one_id(t, &paid.replace("p.id", "p.entitlement_id AS id")).await;
    let mut district = t.sign_in("h439").await;
    let demanded = demand(&mut district, claim, "1.000.000").await.goes_to();
    let mut clerk = t.sign_in(&format!("x{HERE}")).await;
    act(&mut clerk, &demanded, "nop", &[("so_tien", "400.000")]).await.goes_to();
    let words = format!("Sót tên bà {} trong danh sách", MARKS[0].1);
    ask(&mut t.visitor(), &[("loai", "phan-anh"), ("xa", HERE), ("noi_dung", &words)]).await.page();
    let voice = one_id(t, "SELECT id FROM feedback_cases").await;
    reviewed(t).await;
    Ground {
        order: one_id(t, "SELECT id FROM steering_papers").await,
        task: one_id(t, "SELECT id FROM steering_duties").await,
        evidence: one_id(t, "SELECT id FROM steering_files WHERE step_id IS NOT NULL").await,
        paper_file: one_id(t, "SELECT id FROM steering_files WHERE step_id IS NULL").await,
        spot: one_id(t, "SELECT id FROM coverage_places").await,
        list: one_id(t, &draft).await,
        entry: one_id(t, &format!("{} AND full_name LIKE '%Đơn'", of("SELECT id FROM list_entries")))
            .await,
        warning: one_id(
            t,
            &format!(
                "SELECT w.id FROM duplicate_warnings w JOIN list_entries e ON e.id = w.first_entry_id
                 WHERE e.commune_code = '{HERE}'"
            ),
        )
        .await,
        decision: one_id(
            t,
            &format!("{} AND decision_id IS NOT NULL", of("SELECT decision_id AS id FROM beneficiary_lists")),
        )
        .await,
        claim,
        recovery: one_id(t, &of("SELECT id FROM recoveries")).await,
        part: one_id(t, "SELECT id FROM recovery_entries").await,
        payment: one_id(t, &paid).await,
        file: one_id(t, &of("SELECT id FROM intake_files")).await,
        account: Uuid::nil(),
        article: crate::newsroom::planted(t).await,
        voice,
    }
}

/// A review that is given to [`HERE`] alone, with a place that bears its mark.
async fn reviewed(t: &TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let paper = issue(&mut province, "coverage", "16/KH-UBND", Some(PDF)).await;
    let task = [("viec", "Rà soát nơi chưa có sóng"), ("han", "29/5/2020"), ("don_vi", HERE)];
    give(&mut province, &paper, &task).await.goes_to();
    let mut clerk = t.sign_in(&format!("x{HERE}")).await;
    let task = first_task(&mut clerk).await;
    let hamlet = format!("Xóm {}", MARKS[0].1);
    let place = [
        ("thon", hamlet.as_str()),
        ("ho", "4"),
        ("nguoi", "18"),
        ("thieu", "none"),
        ("de_xuat", "Dựng trạm"),
    ];
    deed(&mut clerk, &task, "noi", &place).await.goes_to();
    report(&mut clerk, &task, &[("ket_qua", "Đã rà soát")], Some(PDF)).await.goes_to();
}

async fn plant_one(t: &TestApp, at: usize, commune: &str, mark: &str) {
    let number = |n: usize| format!("04215400{at}{n}17");
    let name = |rest: &str| format!("Trần {mark} {rest}");
    put_one(t, commune, "HN", &name("Đơn"), Some(&number(0))).await;
    // The same number in two lists of one commune raises a warning within the commune.
    put_one(t, commune, "HCN", &name("Trùng"), Some(&number(1))).await;
    put_one(t, commune, "BTXH", &name("Trùng Hai"), Some(&number(1))).await;
    let people: Vec<_> =
        (2..5).map(|n| someone(&name(&format!("Duyệt {n}")), &number(n))).collect();
    approved(t, commune, "NCC", &people).await;
    let clerk = officer(t, &format!("x{commune}")).await;
    relief::pay_some(&t.app, &clerk, 2).await.unwrap();
    let size = Size { people: 8, households: 4 };
    let bytes = commune_workbook(&mut Dice::new(at as u64), mark, mark, size, None).unwrap();
    let received =
        intake::receive(&t.app, &clerk, "", &format!("DS {mark}.xlsx"), bytes).await.unwrap();
    intake::read_now(&t.app, &clerk, received.file_id).await.unwrap();
}

/// Everybody: nobody, three levels here and elsewhere, and supervisors of each.
pub async fn guests(t: &TestApp, ground: &mut Ground) -> Vec<Guest> {
    let far = format!("x{}", far(t));
    let acting = [
        ("x18196", Place::Commune),
        ("x18172", Place::OtherCommune),
        (far.as_str(), Place::OtherDistrict),
        ("h439", Place::District),
        ("h446", Place::OtherDistrict),
        ("tinh42", Place::Province),
        ("tinh40", Place::OtherProvince),
    ];
    let mut guests = vec![Guest {
        name: "nobody".to_owned(),
        place: Place::Nowhere,
        reads_only: false,
        client: t.visitor(),
    }];
    for (name, place) in acting {
        // A commune of another district sees its own rows and none of the two here.
        let client = t.sign_in(name).await;
        guests.push(Guest { name: name.to_owned(), place, reads_only: false, client });
    }
    let watching = [
        ("x18196", "gs.xa", Place::Commune),
        ("x18172", "gs.xakhac", Place::OtherCommune),
        ("h439", "gs.huyen", Place::District),
        ("h446", "gs.huyenkhac", Place::OtherDistrict),
        ("tinh42", "gs.tinh", Place::Province),
        ("tinh40", "gs.tinhkhac", Place::OtherProvince),
    ];
    for (holder, name, place) in watching {
        let client = supervisor(t, holder, name).await;
        guests.push(Guest { name: name.to_owned(), place, reads_only: true, client });
    }
    ground.account = one_id(t, "SELECT id FROM accounts WHERE username = 'gs.xa'").await;
    guests
}

/// A path with the ids of rows of [`HERE`] in it; `None` when nothing is known for a parameter.
pub fn filled(ground: &Ground, path: &str) -> Option<String> {
    let nil = Uuid::nil();
    let mut parts = Vec::new();
    for part in path.split('/') {
        let stem = parts.get(1).map_or("", |s: &String| s.as_str());
        let value = match (stem, part) {
            (_, plain) if !plain.starts_with('{') => plain.to_owned(),
            ("tai-san", _) => "favicon.svg".to_owned(),
            ("tai-khoan", "{id}") => ground.account.to_string(),
            ("nhap-lieu", "{id}") => ground.file.to_string(),
            ("danh-sach", "{id}") if path.starts_with("/danh-sach/dong") => {
                ground.entry.to_string()
            }
            ("danh-sach", "{id}") => ground.list.to_string(),
            ("kiem-tra", "{id}") => ground.entry.to_string(),
            ("danh-sach", "{viec}") if path.starts_with("/danh-sach/dong") => "loai".to_owned(),
            ("danh-sach", "{viec}") => "niem-yet".to_owned(),
            ("canh-bao", "{dong}") => ground.entry.to_string(),
            ("canh-bao", "{id}") if path.ends_with("/go") => nil.to_string(),
            ("canh-bao", "{id}") => ground.warning.to_string(),
            ("quyet-dinh", "{id}") => ground.decision.to_string(),
            ("chi-tra", "{id}") => ground.claim.to_string(),
            ("chi-tra", "{entry}") => ground.payment.to_string(),
            ("thu-hoi", "{id}") => ground.recovery.to_string(),
            ("thu-hoi", "{entry}") => ground.part.to_string(),
            ("y-kien", "{id}") => ground.voice.to_string(),
            ("y-kien", "{viec}") => "tra-loi".to_owned(),
            ("don-doc", "{commune}") => HERE.to_owned(),
            ("don-doc", "{name}") => "don-vi-cham.csv".to_owned(),
            ("chi-dao", "{id}") if path.starts_with("/chi-dao/viec") => ground.task.to_string(),
            ("chi-dao", "{id}") => ground.order.to_string(),
            ("chi-dao", "{tep}") if path.starts_with("/chi-dao/viec") => {
                ground.evidence.to_string()
            }
            ("chi-dao", "{tep}") => ground.paper_file.to_string(),
            ("chi-dao", "{name}") => "tien-do.csv".to_owned(),
            ("chi-dao", "{viec}") => "nhan".to_owned(),
            ("phu-song", "{id}") => ground.spot.to_string(),
            ("phu-song", "{name}") => "phu-song.csv".to_owned(),
            ("phu-song", "{viec}") => "xac-nhan".to_owned(),
            ("bao-cao", "{id}") => nil.to_string(),
            ("bao-cao", "{name}") if path.contains("nguon") => "nguon-kinh-phi.csv".to_owned(),
            ("bao-cao", "{name}") if path.contains("tu-lap") => "tu-lap.csv".to_owned(),
            ("bao-cao", "{name}") => "doi-tuong.csv".to_owned(),
            ("danh-sach", "{name}") if path.contains("doi-chieu") => "doi-chieu.csv".to_owned(),
            ("danh-sach", "{name}") if path.contains("{id}") => "dong.csv".to_owned(),
            ("danh-sach", "{name}") => "danh-sach.csv".to_owned(),
            ("canh-bao", "{name}") => "canh-bao.csv".to_owned(),
            ("quyet-dinh", "{name}") => "quyet-dinh.csv".to_owned(),
            ("nhat-ky", "{name}") => "nhat-ky.csv".to_owned(),
            ("chi-tra", "{name}") => "chi-tra.csv".to_owned(),
            ("chinh-sach", "{ma}") => "nq42-ncc".to_owned(),
            ("cong-khai", "{xa}") => HERE.to_owned(),
            ("nhung", "{xa}") => HERE.to_owned(),
            ("nhung", "{ma}") => "ncc".to_owned(),
            ("api", "{file}") => "quyet-dinh.csv".to_owned(),
            ("so-chi", "{commitment}") => "0".repeat(64),
            ("so-chi", "{*path}") => "0/000".to_owned(),
            ("bien-tap", "{id}") if path.starts_with("/bien-tap/ban") => nil.to_string(),
            ("bien-tap", "{id}") => ground.article.to_string(),
            ("bien-tap", "{tep}") | ("tin-tuc", "{id}") => nil.to_string(),
            ("bien-tap", "{viec}") => "trinh".to_owned(),
            ("tin-tuc" | "kiem-chung", "{slug}") => "khong-co".to_owned(),
            _ => return None,
        };
        parts.push(value);
    }
    Some(parts.join("/"))
}
