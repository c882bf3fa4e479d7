//! The tables: what they hold, and how they are read.

use chrono::{Days, NaiveDate};

use crate::identity::Scope;
use crate::relief::{budgets, paid_by_day, public_decisions, public_progress};
use crate::transparency::published_heads;
use crate::web::{App, Error};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text; codes are text.
    Text,
    /// A whole number.
    Whole,
    /// A day, 2020-06-19.
    Day,
}

/// A column: name in files, what it means, what it holds.
pub(super) struct Column(pub &'static str, pub &'static str, pub Kind);

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A day.
    Day(NaiveDate),
}

impl Cell {
    /// A day as text, nothing for other values.
    pub(super) fn day(&self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Text(_) | Self::Whole(_) => String::new(),
        }
    }
}

/// A published table.
pub(super) struct Table {
    /// Name in addresses; it never changes.
    pub name: &'static str,
    /// What the page calls it.
    pub title: &'static str,
    /// What a row is, and what it is not.
    pub about: &'static str,
    /// In order.
    pub columns: &'static [Column],
    which: Which,
}

#[derive(Clone, Copy)]
enum Which {
    Communes,
    Days,
    Decisions,
    Sources,
    Heads,
}

use Kind::{Day, Text, Whole};

/// Every table, in the order of the page.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "tien-do-theo-xa",
        title: "Tiến độ hỗ trợ theo xã và nhóm",
        about: "Mỗi dòng là một nhóm đối tượng ở một xã: số người và số tiền được duyệt, đã chi.",
        columns: &[
            Column("so_cap", "3: tỉnh, huyện, xã (đến 30/6/2025); 2: tỉnh, xã", Whole),
            Column("ma_huyen", "Mã huyện; trống từ 01/7/2025", Text),
            Column("huyen", "Tên huyện", Text),
            Column("ma_xa", "Mã xã của Tổng cục Thống kê", Text),
            Column("xa", "Tên xã", Text),
            Column("ma_nhom", "Mã nhóm đối tượng", Text),
            Column("nhom", "Tên nhóm đối tượng", Text),
            Column("nguoi_duoc_duyet", "Số người được duyệt; hộ tính theo khẩu", Whole),
            Column("dong_duoc_duyet", "Đồng được duyệt", Whole),
            Column("nguoi_da_chi", "Số người đã chi", Whole),
            Column("dong_da_chi", "Đồng đã chi", Whole),
        ],
        which: Which::Communes,
    },
    Table {
        name: "chi-theo-ngay",
        title: "Chi trả theo ngày, xã và nhóm",
        about: "Mỗi dòng là một nhóm ở một xã trong một ngày đã khóa sổ; khớp với sổ chi công khai của \
                cùng ngày. Bút toán đảo và hoàn trả tính riêng, không trừ vào số đã chi.",
        columns: &[
            Column("ngay", "Ngày của sổ", Day),
            Column("so_cap", "3: tỉnh, huyện, xã (đến 30/6/2025); 2: tỉnh, xã", Whole),
            Column("ma_xa", "Mã xã", Text),
            Column("xa", "Tên xã", Text),
            Column("ma_nhom", "Mã nhóm đối tượng", Text),
            Column("nhom", "Tên nhóm đối tượng", Text),
            Column("khoan_chi", "Số khoản chi", Whole),
            Column("dong_chi", "Đồng đã chi", Whole),
            Column("khoan_dao_tra", "Số bút toán đảo, hoàn trả", Whole),
            Column("dong_dao_tra", "Đồng đảo, hoàn trả", Whole),
        ],
        which: Which::Days,
    },
    Table {
        name: "quyet-dinh",
        title: "Quyết định hỗ trợ",
        about: "Mỗi dòng là một quyết định đang có hiệu lực.",
        columns: &[
            Column("so", "Số quyết định", Text),
            Column("ngay", "Ngày ký", Day),
            Column("so_dong", "Số dòng danh sách được duyệt", Whole),
            Column("dong_duoc_duyet", "Đồng được duyệt", Whole),
        ],
        which: Which::Decisions,
    },
    Table {
        name: "nguon-kinh-phi",
        title: "Kinh phí theo chương trình và nguồn",
        about: "Mỗi dòng là một nguồn của một chương trình: số được giao, số được duyệt và số đã chi (trừ số hoàn trả), chia theo tỷ lệ của từng quyết định.",
        columns: &[
            Column("chuong_trinh", "Tên chương trình", Text),
            Column("ma_nguon", "Mã nguồn; trống khi quyết định không ghi nguồn", Text),
            Column("nguon", "Tên nguồn", Text),
            Column(
                "dong_duoc_giao",
                "Đồng được giao theo văn bản giao dự toán; 0 khi chưa ghi",
                Whole,
            ),
            Column("dong_duoc_duyet", "Đồng được duyệt theo quyết định", Whole),
            Column("dong_da_chi", "Đồng đã chi", Whole),
        ],
        which: Which::Sources,
    },
    Table {
        name: "ma-goc-so-chi",
        title: "Mã gốc sổ chi công khai",
        about: "Mỗi dòng là mã gốc của sổ chi công khai khi khóa sổ một ngày, để so với báo cáo đã in.",
        columns: &[
            Column("ngay", "Ngày", Day),
            Column("so_khoan", "Số dòng của sổ đến hết ngày", Whole),
            Column("ma_goc", "Mã gốc, 64 chữ số hệ 16 (SHA-256)", Text),
        ],
        which: Which::Heads,
    },
];

/// The table of a name.
pub(super) fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

impl Table {
    /// All rows as they stand.
    ///
    /// # Errors
    /// The engine's.
    pub(super) async fn rows(&self, app: &App) -> Result<Vec<Vec<Cell>>, Error> {
        match self.which {
            Which::Communes => communes(app).await,
            Which::Days => days(app).await,
            Which::Decisions => decisions(app).await,
            Which::Sources => sources(app).await,
            Which::Heads => heads(app).await,
        }
    }
}

fn words(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

/// Names of a group and of units in an era.
struct Names<'a>(&'a App, i16);

impl Names<'_> {
    fn day(&self) -> NaiveDate {
        self.0.catalogue.units_day(self.1, self.0.clock.today())
    }

    fn commune(&self, code: &str) -> Cell {
        words(self.0.areas.commune_name(code, self.day()))
    }

    fn district(&self, code: &str) -> Cell {
        words(self.0.areas.district_name(code, self.day()))
    }

    fn group(&self, code: &str) -> Cell {
        let groups = self.0.catalogue.groups(Some(self.1));
        let found = groups.into_iter().find(|group| group.code == code);
        words(found.map_or_else(|| code.to_owned(), |group| group.name.clone()))
    }
}

async fn communes(app: &App) -> Result<Vec<Vec<Cell>>, Error> {
    let progress = public_progress(app.db.read(), &app.config.province).await?;
    let row = |line: &crate::relief::GroupProgress| {
        let tiers = if line.district_code.is_empty() { 2 } else { 3 };
        let names = Names(app, tiers);
        vec![
            Cell::Whole(tiers.into()),
            words(&line.district_code),
            names.district(&line.district_code),
            words(&line.commune_code),
            names.commune(&line.commune_code),
            words(&line.group_code),
            names.group(&line.group_code),
            Cell::Whole(line.people),
            Cell::Whole(line.dong),
            Cell::Whole(line.paid_people),
            Cell::Whole(line.paid_dong),
        ]
    };
    Ok(progress.approved.iter().map(row).collect())
}

async fn days(app: &App) -> Result<Vec<Vec<Cell>>, Error> {
    let today = app.clock.today();
    let closed = app.clock.now() >= app.duties.closes_at(today);
    let through = if closed { today } else { today - Days::new(1) };
    let lines = paid_by_day(app.db.read(), &app.config.province, through).await?;
    let row = |line: &crate::relief::DayPaid| {
        let names = Names(app, line.tiers);
        vec![
            Cell::Day(line.day),
            Cell::Whole(line.tiers.into()),
            words(&line.commune_code),
            names.commune(&line.commune_code),
            words(&line.group_code),
            names.group(&line.group_code),
            Cell::Whole(line.paid),
            Cell::Whole(line.paid_dong),
            Cell::Whole(line.back),
            Cell::Whole(line.back_dong),
        ]
    };
    Ok(lines.iter().map(row).collect())
}

async fn decisions(app: &App) -> Result<Vec<Vec<Cell>>, Error> {
    let found = public_decisions(app.db.read(), &app.config.province).await?;
    let row = |one: crate::relief::PublicDecision| {
        vec![
            words(one.number),
            Cell::Day(one.decided_on),
            Cell::Whole(one.person_count),
            Cell::Whole(one.amount_dong),
        ]
    };
    Ok(found.into_iter().map(row).collect())
}

async fn sources(app: &App) -> Result<Vec<Vec<Cell>>, Error> {
    let scope = Scope::Province { province: app.config.province.clone() };
    let found = budgets(&app.db, &app.catalogue, &scope).await?;
    let programme =
        |code: &str| app.catalogue.programme(code).map_or_else(String::new, |one| one.name.clone());
    let row = |line: crate::relief::BudgetLine| {
        vec![
            words(programme(&line.programme)),
            words(line.source),
            words(line.name),
            Cell::Whole(line.allotted),
            Cell::Whole(line.approved),
            Cell::Whole(line.paid),
        ]
    };
    Ok(found.lines.into_iter().map(row).collect())
}

async fn heads(app: &App) -> Result<Vec<Vec<Cell>>, Error> {
    let heads = published_heads(app.db.read(), &app.config.province).await?;
    let row = |head: crate::transparency::Head| {
        vec![Cell::Day(head.day), Cell::Whole(head.size), words(head.root)]
    };
    Ok(heads.into_iter().map(row).collect())
}
