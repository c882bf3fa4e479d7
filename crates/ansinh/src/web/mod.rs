//! What every page needs: the application's state, the router, forms, errors as pages, layout.

mod assets;
mod error;
pub mod export;
pub mod feed;
mod form;
mod headers;
mod kept;
mod page;
mod paging;
mod policy;
mod qr;
mod upload;

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

pub(crate) use assets::proof_script;
pub use error::{Error, panics_tell_only_their_place};
pub use form::{Fields, SignedForm, check_csrf, encode, read_day};
pub(crate) use headers::public_base;
pub use page::{
    Choice, Desk, FieldError, NavItem, Notice, Page, Visitor, excerpt, html, redirect,
    redirect_with, unprocessable,
};
pub use paging::{PAGE_SIZE, Pager, page_size};
pub(crate) use policy::admit;
pub use policy::{Access, RULES, Rule, access};
pub(crate) use qr::qr;
pub use upload::SentForm;

use crate::areas::{Areas, in_sentence};
use crate::clock::Clock;
use crate::config::Config;
use crate::database::Database;
use crate::duties::Kinds;
use crate::relief::{Catalogue, Matcher};

/// Largest request body: an uploaded workbook of 20 MB and its form fields.
pub const BODY_BYTES_MAX: usize = 21 * 1024 * 1024;

/// The running application: handed to every handler. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Running>);

/// The parts, and what the running program counts.
struct Running {
    parts: Parts,
    exports: export::Gates,
    shelf: kept::Shelf,
    matcher: OnceLock<Result<Matcher, String>>,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub db: Database,
    /// Units and calendar.
    pub areas: Areas,
    /// Settings.
    pub config: Config,
    /// Time.
    pub clock: Clock,
    /// Relief programmes.
    pub catalogue: Catalogue,
    /// What units owe, and when a day's book closes.
    pub duties: Kinds,
}

impl App {
    /// Puts an application together.
    pub fn new(parts: Parts) -> Self {
        let (exports, shelf) = (export::Gates::default(), kept::Shelf::default());
        Self(Arc::new(Running { parts, exports, shelf, matcher: OnceLock::new() }))
    }

    /// Who judges whether two rows are one person, with the configured model; read once.
    ///
    /// # Errors
    /// The model file cannot be read: a server says so when it starts.
    pub fn matcher(&self) -> Result<&Matcher, Error> {
        let file = self.0.parts.config.match_model.as_deref();
        let known = self.0.matcher.get_or_init(|| Matcher::load(file));
        known.as_ref().map_err(|why| Error::internal("web.matcher", why))
    }

    /// "xã Sơn Kim 1", "huyện Hương Sơn", "tỉnh Hà Tĩnh": a unit in a sentence, by its codes (district,
    /// commune; both empty for the province) and the tiers of its era.
    pub fn unit_name(&self, (district, commune): (&str, &str), tiers: i16) -> String {
        let day = self.catalogue.units_day(tiers, self.clock.today());
        if !commune.is_empty() {
            return in_sentence(&self.areas.commune_name(commune, day));
        }
        match self.areas.district_name(district, day) {
            name if name.is_empty() => format!("tỉnh {}", self.config.province_name),
            name => in_sentence(&name),
        }
    }

    /// Who may export now.
    fn exports(&self) -> &export::Gates {
        &self.0.exports
    }

    /// Public answers that need not be made again.
    fn shelf(&self) -> &kept::Shelf {
        &self.0.shelf
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

/// All routes of all rooms, bare. Who may come to each is said in `policy.rs`, a line a route.
pub fn rooms() -> Router<App> {
    Router::new()
        .merge(crate::identity::routes())
        .merge(crate::duties::routes())
        .merge(crate::intake::routes())
        .merge(crate::relief::routes())
        .merge(crate::portal::routes())
        .merge(crate::opendata::routes())
        .merge(crate::transparency::routes())
        .merge(crate::feedback::routes())
        .merge(crate::journal::routes())
        .merge(crate::newsroom::routes())
        .merge(crate::steering::routes())
        .merge(crate::demo::routes())
        .merge(crate::watch::routes())
        .route("/tai-san/{file}", get(assets::asset))
}

/// The routes with the layers that hold for each of them.
pub fn router(app: App) -> Router {
    // A workbook is packed already.
    let packable = DefaultPredicate::new().and(NotForContentType::const_new(export::XLSX));
    rooms()
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { Error::NotFound })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(error::panic_response))
        .layer(axum::middleware::from_fn(headers::same_origin_posts))
        .layer(axum::middleware::from_fn_with_state(app.clone(), error::error_pages))
        .layer(axum::middleware::from_fn_with_state(app.clone(), headers::security_headers))
        .layer(CompressionLayer::new().compress_when(packable))
        .layer(axum::middleware::from_fn_with_state(app.clone(), kept::kept))
        .layer(axum::middleware::from_fn(crate::watch::count))
        .with_state(app)
}
