//! What the province of the demo has ordered: a directive, a plan of the year, and a review of places
//! without internet, each as far as the weeks before the demo opens would have brought it.

use chrono::{Duration, NaiveDate};

use super::{Dice, Past, officer};
use crate::areas::UnitRow;
use crate::clock::new_id;
use crate::identity::Actor;
use crate::steering::{
    self, Deed, NewPlace, OpenTask, Order, Paper, PaperKind, PlaceDeed, PlaceOrder, Target, Task,
};
use crate::web::Error;

/// A task: what, its last day counted from the demo's, đồng, source.
type Given = (&'static str, i64, i64, &'static str);

const REVIEW: Given =
    ("Rà soát từng thôn, xóm chưa có sóng, chưa có Internet; đề xuất cách làm", -3, 0, "");

/// Issues three papers and lets the communes do what they have done by now.
pub(super) async fn order(
    past: &Past,
    dice: &mut Dice,
    communes: &[(usize, UnitRow)],
) -> Result<(), Error> {
    past.days_ago(21, 0);
    let chairman = officer(&past.app, &format!("tinh{}", past.app.config.province)).await?;
    let units: Vec<String> = communes.iter().map(|(_, commune)| commune.code.clone()).collect();
    let everybody = || Target { units: units.clone(), ..Target::default() };
    let title = "Đẩy nhanh chi trả hỗ trợ người dân gặp khó khăn do đại dịch Covid-19";
    let directive = paper(past, &chairman, (PaperKind::Directive, "15/CT-UBND", title)).await?;
    let tasks: [Given; 2] = [
        ("Công khai danh sách tại nhà văn hóa thôn, trên loa truyền thanh", -8, 0, ""),
        ("Chi trả xong cho hộ nghèo, hộ cận nghèo đã được duyệt", 7, 0, ""),
    ];
    for task in tasks {
        give(past, &chairman, directive, task, everybody()).await?;
    }
    let title = "Ứng dụng công nghệ thông tin trong cơ quan nhà nước năm 2020";
    let plan = paper(past, &chairman, (PaperKind::Plan, "42/KH-UBND", title)).await?;
    let item = ("Nâng cấp đường truyền số liệu chuyên dùng", 120, 350_000_000, "Ngân sách tỉnh");
    let offices = vec!["Sở Thông tin và Truyền thông".to_owned(), "Sở Tài chính".to_owned()];
    let target = Target { departments: offices, ..Target::default() };
    give(past, &chairman, plan, item, target).await?;
    let title = "Rà soát nơi chưa có sóng di động, chưa có Internet";
    let review = paper(past, &chairman, (PaperKind::Coverage, "57/KH-UBND", title)).await?;
    give(past, &chairman, review, REVIEW, everybody()).await?;
    for (position, commune) in communes {
        carry_out(past, dice, &chairman, (*position, commune)).await?;
    }
    Ok(())
}

async fn paper(
    past: &Past,
    chairman: &Actor,
    (kind, number, title): (PaperKind, &str, &str),
) -> Result<uuid::Uuid, Error> {
    let app = &past.app;
    let paper = Paper {
        act: new_id(app.clock.now())?,
        kind,
        number: number.to_owned(),
        issued_on: app.clock.today(),
        signer: "Trần Tiến Hưng".to_owned(),
        title: title.to_owned(),
    };
    steering::issue(app, chairman, &paper).await?;
    Ok(paper.act)
}

async fn give(
    past: &Past,
    chairman: &Actor,
    paper: uuid::Uuid,
    (what, days, planned_dong, source): Given,
    target: Target,
) -> Result<(), Error> {
    let task = Task {
        act: new_id(past.app.clock.now())?,
        paper,
        what: what.to_owned(),
        due_on: opening_day() + Duration::days(days),
        proof: false,
        planned_dong,
        source: source.to_owned(),
        target,
    };
    steering::give(&past.app, chairman, &task).await?;
    Ok(())
}

fn opening_day() -> NaiveDate {
    super::opens_at().date_naive()
}

/// Most communes have done what fell due, a few are late; of what is not due yet some is under way.
async fn carry_out(
    past: &Past,
    dice: &mut Dice,
    chairman: &Actor,
    (position, commune): (usize, &UnitRow),
) -> Result<(), Error> {
    let app = &past.app;
    let clerk = officer(app, &format!("x{}", commune.code)).await?;
    let slow = position % 9 == 4;
    past.days_ago(9 - (position % 4) as i64, position as i64);
    for task in steering::open_tasks(app.db.read(), &clerk.scope, 10).await? {
        let due = task.due_on <= opening_day();
        if due && slow {
            continue;
        }
        let version = task.version;
        if task.kind == PaperKind::Coverage {
            let places = usize::from(position % 3 == 1) + usize::from(position % 6 == 4);
            for at in 0..places {
                place(past, dice, (&clerk, chairman), (&task, at)).await?;
            }
            report(past, &clerk, (&task, version), places == 0).await?;
        } else if due {
            report(past, &clerk, (&task, version), false).await?;
            does(past, chairman, (task.id, version + 1), Deed::Accept, "").await?;
        } else if position % 2 == 0 {
            let percent = 20 + 10 * dice.below(7) as i32;
            let deed = Deed::Progress { percent, spent: 0 };
            does(past, &clerk, (task.id, version), deed, "Còn các thôn xa").await?;
        }
    }
    Ok(())
}

async fn report(
    past: &Past,
    clerk: &Actor,
    (task, version): (&OpenTask, i32),
    nowhere: bool,
) -> Result<(), Error> {
    let order = Order {
        act: new_id(past.app.clock.now())?,
        duty: task.id,
        version,
        deed: Deed::Report { spent: 0 },
        words: "Xã đã thực hiện, gửi kèm danh sách từng thôn".to_owned(),
        nowhere,
    };
    steering::act(&past.app, clerk, &order).await
}

async fn does(
    past: &Past,
    actor: &Actor,
    (duty, version): (uuid::Uuid, i32),
    deed: Deed,
    words: &str,
) -> Result<(), Error> {
    let act = new_id(past.app.clock.now())?;
    let order = Order { act, duty, version, deed, words: words.to_owned(), nowhere: false };
    steering::act(&past.app, actor, &order).await
}

/// A place is written down; the province has confirmed most, and written to operators about some.
async fn place(
    past: &Past,
    dice: &mut Dice,
    (clerk, chairman): (&Actor, &Actor),
    (task, at): (&OpenTask, usize),
) -> Result<(), Error> {
    const NAMES: [&str; 6] =
        ["Khe Năm", "Động Chét", "Làng Ho", "Cây Thị", "Bản Phú Lâm", "Đập Khe Mơ"];
    const LACKS: [&str; 3] = ["none", "weak", "cable"];
    let app = &past.app;
    let households = 8 + dice.below(90) as i32;
    let new = NewPlace {
        act: new_id(app.clock.now())?,
        duty: task.id,
        hamlet: NAMES[(dice.below(3) + 3 * at) % NAMES.len()].to_owned(),
        households,
        people: households * 4 - 3,
        lack: LACKS[dice.below(LACKS.len())],
        has_now: "Bắt được một vạch ở đầu thôn".to_owned(),
        proposal: "Dựng một trạm phát sóng; trong lúc chờ thì đặt loa không dây".to_owned(),
    };
    steering::add_place(app, clerk, &new).await?;
    let luck = dice.below(10);
    let due = opening_day() + Duration::days(if luck == 0 { -2 } else { 90 });
    let operator = ["Viettel Hà Tĩnh", "VNPT Hà Tĩnh"][dice.below(2)].to_owned();
    for (version, deed) in [(0, PlaceDeed::Confirm), (1, PlaceDeed::Send(operator, due))] {
        if luck >= 8 - 4 * version as usize {
            break;
        }
        let act = new_id(app.clock.now())?;
        let order = PlaceOrder { act, place: new.act, version, deed, words: String::new() };
        steering::act_on_place(app, chairman, &order).await?;
    }
    Ok(())
}
