//! A whole application a test: real router, real database, a clock the test holds.

mod settings;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use ansinh::areas::Areas;
use ansinh::clock::Clock;
use ansinh::config::Config;
use ansinh::database::{Database, Sql};
use ansinh::duties::Kinds;
use ansinh::identity::{Passwords, Scope, create_province_accounts};
use ansinh::relief::{Catalogue, sum_faults};
use ansinh::web::{App, Parts, router};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use http_body_util::BodyExt;
use tokio::sync::OnceCell;
use tower::ServiceExt;

use crate::watching::{self, Watch};

/// Which engine a story runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Writes one story as two tests. The story is an `async fn(TestApp)`.
#[macro_export]
macro_rules! on_both {
    ($story:ident) => {
        mod $story {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                if let Some(mut t) =
                    $crate::support::TestApp::start($crate::support::Engine::Sqlite).await
                {
                    let end = t.at_the_end();
                    super::$story(t).await;
                    end.sums_hold().await;
                }
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(mut t) =
                    $crate::support::TestApp::start($crate::support::Engine::Postgres).await
                {
                    let end = t.at_the_end();
                    super::$story(t).await;
                    end.sums_hold().await;
                }
            }
        }
    };
}

/// Password of every account in tests.
pub const PASSWORD: &str = "con trâu đi trước";

/// A Friday in the Hà Tĩnh of 2020, 08:00 local time.
pub fn start_instant() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2020-05-15T08:00:00+07:00").unwrap().to_utc()
}

/// Units of 1/6/2020 are meant throughout.
pub fn units_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 6, 1).unwrap()
}

pub struct TestApp {
    pub app: App,
    pub router: Router,
    now: Arc<Mutex<DateTime<Utc>>>,
    folder: Option<Folder>,
    tampered: Arc<AtomicBool>,
}

/// What is asked after every story.
pub struct TheEnd {
    db: Database,
    _folder: Option<Folder>,
    tampered: Arc<AtomicBool>,
}

impl TheEnd {
    /// Whatever was done, the sums that the engine keeps are what the rows add up to.
    pub async fn sums_hold(self) {
        if self.tampered.load(Ordering::Relaxed) {
            return;
        }
        let province = Scope::Province { province: "42".to_owned() };
        assert_eq!(sum_faults(self.db.read(), &province).await.unwrap(), Vec::<String>::new());
    }
}

/// A folder removed at the end unless the test fails.
pub struct Folder(pub PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the failed test's database is kept in {}", self.0.display());
        } else {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

impl TestApp {
    /// Starts an application on a fresh copy of a migrated database with all accounts of Hà Tĩnh.
    /// `None` when the engine is not to be had, which is said loudly.
    pub async fn start(engine: Engine) -> Option<Self> {
        Self::start_in(engine, &std::env::temp_dir()).await
    }

    /// The same in memory as far as the machine has a file system there, and unwatched: for a
    /// hundred thousand acts.
    pub async fn start_volatile(engine: Engine) -> Option<Self> {
        let memory = PathBuf::from("/dev/shm");
        let folder = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let t = Self::start_in(engine, &folder).await?;
        watching::remove(&t.app.db).await;
        Some(t)
    }

    async fn start_in(engine: Engine, parent: &Path) -> Option<Self> {
        let now = Arc::new(Mutex::new(start_instant()));
        let (db, folder) = match engine {
            Engine::Sqlite => {
                let (db, folder) = sqlite_copy(parent).await;
                (db, Some(folder))
            }
            Engine::Postgres => (postgres_copy().await?, None),
        };
        let areas = Areas::load(&db).await.unwrap();
        let held = now.clone();
        let clock = Clock::from_fn(move || *held.lock().unwrap());
        // Stories of the second factor turn it on.
        let key = std::env::temp_dir().join("ansinh-tests").join(format!(
            "{}-{}.key",
            std::process::id(),
            ansinh::clock::new_id(start_instant()).unwrap()
        ));
        let config = Config {
            second_factor: false,
            log_key_file: Some(key.with_extension("log")),
            key_file: Some(key),
            ..Config::default()
        };
        let duties = Kinds::load(&db, &config, clock.now()).await.unwrap();
        let catalogue = Catalogue::load(None).unwrap();
        let app = App::new(Parts { db, areas, config, clock, catalogue, duties });
        Some(Self { router: router(app.clone()), app, now, folder, tampered: Arc::default() })
    }

    /// What must outlive the story so that it can be asked afterwards.
    pub fn at_the_end(&mut self) -> TheEnd {
        let tampered = self.tampered.clone();
        TheEnd { db: self.app.db.clone(), _folder: self.folder.take(), tampered }
    }

    /// The story changes rows behind the program's back: its sums need not hold.
    pub fn tampers(&self) {
        self.tampered.store(true, Ordering::Relaxed);
    }

    /// A second server on the same database, with a clock of its own.
    pub fn beside(&self) -> Self {
        let now = Arc::new(Mutex::new(start_instant()));
        let held = now.clone();
        let app = App::new(Parts {
            clock: Clock::from_fn(move || *held.lock().unwrap()),
            ..self.parts()
        });
        Self {
            router: router(app.clone()),
            app,
            now,
            folder: None,
            tampered: self.tampered.clone(),
        }
    }

    fn parts(&self) -> Parts {
        Parts {
            db: self.app.db.clone(),
            areas: self.app.areas.clone(),
            config: self.app.config.clone(),
            clock: self.app.clock.clone(),
            catalogue: self.app.catalogue.clone(),
            duties: self.app.duties.clone(),
        }
    }

    /// Moves the clock on.
    pub fn pass(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    /// Sets the clock to a local time such as `2020-05-20T08:00`.
    pub fn set_local(&self, text: &str) {
        let at = DateTime::parse_from_rfc3339(&format!("{text}:00+07:00")).unwrap();
        *self.now.lock().unwrap() = at.to_utc();
    }

    /// A browser without a session.
    pub fn visitor(&self) -> Client {
        let watch = Watch::of(&self.app.db);
        Client { router: self.router.clone(), cookies: Vec::new(), csrf: String::new(), watch }
    }

    /// A browser signed in as `x18196`, `h439`, `tinh42` …
    pub async fn sign_in(&self, username: &str) -> Client {
        let mut client = self.visitor();
        let answer =
            client.post("/dang-nhap", &[("ten_dang_nhap", username), ("mat_khau", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{username} signs in: {}", answer.body);
        client
    }

    /// An integer straight from the database.
    pub async fn number(&self, sql: &str) -> i64 {
        self.app.db.read().number(sql, vec![]).await.unwrap()
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
    pub bytes: Vec<u8>,
    pub content_type: String,
}

impl Answer {
    /// Asserts 200 and returns the page.
    #[track_caller]
    pub fn page(self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// Asserts a redirect and returns where it leads.
    #[track_caller]
    pub fn goes_to(self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.location
    }
}

/// A browser: keeps cookies, and the csrf token of the last page it saw.
pub struct Client {
    router: Router,
    cookies: Vec<(String, String)>,
    pub csrf: String,
    /// On SQLite: that every change and every whole number shown is on record.
    watch: Option<Watch>,
}

impl Client {
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request, "").await
    }

    /// Posts a form; the csrf token of the last page seen is added.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = format!("csrf={}", self.csrf);
        for (name, value) in fields {
            body.push_str(&format!("&{}={}", encode(name), encode(value)));
        }
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.clone()))
            .unwrap();
        self.send(request, &body).await
    }

    /// Posts a plain text.
    pub async fn send_text(&mut self, path: &str, text: &str) -> Answer {
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "text/plain");
        let request = request.body(Body::from(text.to_owned())).unwrap();
        self.send(request, text).await
    }

    /// Uploads one file as `multipart/form-data`, with the csrf token first.
    pub async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        file_name: &str,
        content: &[u8],
    ) -> Answer {
        const EDGE: &str = "----ansinh-test-edge";
        let mut body = Vec::new();
        let csrf = self.csrf.clone();
        for (key, value) in std::iter::once(("csrf", csrf.as_str())).chain(fields.iter().copied()) {
            let part = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap();
        self.send(request, "").await
    }

    /// The answer as it begins: its body is not read yet.
    pub async fn open(&mut self, path: &str) -> Response<Body> {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The same with one more header.
    pub async fn open_with(&mut self, path: &str, name: &str, value: &str) -> Response<Body> {
        let request = self.request("GET", path).header(name, value).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The same browser where nobody looks at the tables between requests: for stories of many
    /// thousands.
    pub fn unwatched(mut self) -> Self {
        self.watch = None;
        self
    }

    /// What the browser sends as `Cookie`.
    pub fn cookie_line(&self) -> String {
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        cookies.join("; ")
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        Request::builder().method(method).uri(path).header(header::COOKIE, cookies.join("; "))
    }

    async fn send(&mut self, request: Request<Body>, typed: &str) -> Answer {
        let what = format!("{} {}", request.method(), request.uri().path());
        let before = match &self.watch {
            Some(watch) => Some(watch.counts().await),
            None => None,
        };
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let (head, body) = response.into_parts();
        let header = |name| {
            let value = head.headers.get(name);
            value.and_then(|v| v.to_str().ok()).unwrap_or("").to_owned()
        };
        let (location, content_type) = (header(header::LOCATION), header(header::CONTENT_TYPE));
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !text.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(token) = body.split("name=\"csrf\" value=\"").nth(1) {
            self.csrf = token.split('"').next().unwrap_or("").to_owned();
        }
        let answer = Answer { status, location, body, bytes, content_type };
        if let (Some(watch), Some(before)) = (&self.watch, before) {
            watch.check(before, &what, typed, &answer).await;
        }
        answer
    }
}

/// Percent-encodes for a form body.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }
        })
        .collect()
}

/// Test files of the project's data folder: `ANSINH_SHARED`, or `../shared` beside the checkout.
/// `None`, said loudly, when it is not there.
pub fn shared(path: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where the test data are")]
    let root = std::env::var("ANSINH_SHARED").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("NOT TESTED: {} is absent; set ANSINH_SHARED", file.display());
    None
}

async fn fill(db: &Database) {
    let areas = Areas::load(db).await.unwrap();
    let day = units_day();
    let passwords = Passwords::Shared(PASSWORD);
    create_province_accounts(db, &areas, "42", day, start_instant(), passwords).await.unwrap();
}

fn temporary(parent: &Path, name: &str) -> PathBuf {
    let folder = parent.join("ansinh-tests").join(format!("{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn sqlite_copy(parent: &Path) -> (Database, Folder) {
    static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let folder = temporary(&std::env::temp_dir(), "template");
            let db = Database::open_folder(&folder).await.unwrap();
            fill(&db).await;
            watching::install(&db).await;
            db.close().await;
            folder.join("ansinh.db")
        })
        .await;
    let folder = temporary(parent, &unique());
    std::fs::copy(template, folder.join("ansinh.db")).unwrap();
    (Database::open_folder(&folder).await.unwrap(), Folder(folder))
}

fn unique() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn postgres_copy() -> Option<Database> {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    #[expect(clippy::disallowed_methods, reason = "where the test server is")]
    let Ok(server) = std::env::var("ANSINH_TEST_POSTGRES") else {
        eprintln!(
            "NOT TESTED ON POSTGRESQL: ANSINH_TEST_POSTGRES is not set; use cargo xtask test"
        );
        return None;
    };
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("ansinh_template_{}", std::process::id());
            server_does(&server, &format!("CREATE DATABASE {name}")).await;
            let db = Database::open(&format!("{server}/{name}")).await.unwrap();
            fill(&db).await;
            db.close().await;
            name
        })
        .await;
    let name = format!("ansinh_test_{}_{}", std::process::id(), unique());
    server_does(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    Some(Database::open(&format!("{server}/{name}")).await.unwrap())
}

/// Runs one statement on the server's own database. Copies of one template must not overlap.
pub async fn server_does(server: &str, sql: &str) {
    use sea_orm::ConnectionTrait;
    static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = ONE_AT_A_TIME.lock().await;
    let conn = sea_orm::Database::connect(format!("{server}/postgres")).await.unwrap();
    conn.execute_unprepared(sql).await.unwrap();
    conn.close().await.unwrap();
}
