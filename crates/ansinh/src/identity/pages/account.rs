//! `/tai-khoan`: everything about one's own account.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::identity::types::{Kind, Role};
use crate::web::{App, Desk, Error, Page, html};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/tai-khoan", get(account_page))
}

struct Link {
    href: &'static str,
    label: &'static str,
    note: &'static str,
}

#[derive(Template)]
#[template(path = "identity/templates/account.html")]
struct AccountPage {
    page: Page,
    username: String,
    called: String,
    reads_only: bool,
    links: Vec<Link>,
}

async fn account_page(desk: Desk) -> Result<Response, Error> {
    let actor = &desk.actor;
    let mut links = vec![Link {
        href: "/doi-mat-khau",
        label: "Đổi mật khẩu",
        note: "Các phiên đăng nhập khác sẽ kết thúc.",
    }];
    links.push(Link {
        href: "/tai-khoan/phien",
        label: "Các phiên đăng nhập",
        note: "Đang đăng nhập ở những máy nào, kết thúc phiên lạ.",
    });
    links.push(Link {
        href: "/nhat-ky",
        label: "Nhật ký",
        note: "Ai đã thay đổi, xem và xuất những gì trong khu vực của anh/chị.",
    });
    if actor.level() == Role::Province {
        links.push(Link {
            href: "/tai-khoan/ma-xac-thuc",
            label: "Mã xác thực trên điện thoại",
            note: "Mã 6 chữ số khi đăng nhập, và mã dự phòng.",
        });
    }
    if actor.kind == Kind::Unit {
        links.push(Link {
            href: "/tai-khoan/can-bo",
            label: "Cán bộ của đơn vị",
            note: "Thêm, ngừng, cấp lại mật khẩu cho từng cán bộ.",
        });
        links.push(Link {
            href: "/tai-khoan/giam-sat",
            label: "Tài khoản giám sát",
            note: "Cho Mặt trận, các hội, thanh tra: chỉ xem.",
        });
        if actor.level() != Role::Commune {
            links.push(Link {
                href: "/tai-khoan/cap-duoi",
                label: "Tài khoản của đơn vị cấp dưới",
                note: "Cấp mật khẩu dùng một lần khi đơn vị quên hoặc đổi người.",
            });
        }
    }
    html(&AccountPage {
        page: desk.page("Tài khoản", "tai-khoan"),
        username: actor.username.clone(),
        called: actor.called(),
        reads_only: actor.role == Role::Supervisor && actor.kind == Kind::Supervisor,
        links,
    })
}
