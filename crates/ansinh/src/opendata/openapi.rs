//! `/api/openapi.json`: every address that anyone may read, in OpenAPI 3.1. The list is that of the
//! policy, so that none is forgotten.

use serde_json::{Map, Value, json};

use super::catalogue::answer_schema;
use super::tables::{TABLES, Table};
use crate::web::{Access, App, RULES};

/// What an address answers with.
fn kind(path: &str) -> &'static str {
    match path {
        "/healthz" | "/readyz" | "/metrics" | "/so-chi/checkpoint" | "/so-chi/khoa" => "text/plain",
        "/so-chi/tim/{commitment}" | "/robots.txt" => "text/plain",
        "/sitemap.xml" => "application/xml",
        "/tin-tuc/nguon-tin.xml" | "/cong-khai/nguon-tin.xml" => "application/atom+xml",
        "/so-chi/tile/{path}" => "application/octet-stream",
        "/api/openapi.json" => "application/json",
        path if path.ends_with(".csv") => "text/csv",
        _ => "text/html",
    }
}

/// The description.
pub(super) fn description(app: &App) -> Value {
    let mut paths = Map::new();
    for table in TABLES {
        paths.insert(format!("/api/v1/{}.json", table.name), get_json(table));
        paths.insert(format!("/api/v1/{}.csv", table.name), get_of("text/csv", table.title, &[]));
        let schema = get_of("application/json", "Cấu trúc bảng (Table Schema)", &[]);
        paths.insert(format!("/api/v1/{}.schema.json", table.name), schema);
    }
    let catalogue = get_of("application/ld+json", "Danh mục dữ liệu (DCAT 3)", &[]);
    paths.insert("/api/v1/danh-muc.jsonld".to_owned(), catalogue);
    let public = RULES.iter().filter(|rule| rule.get == Some(Access::Public));
    for rule in public.filter(|rule| rule.path != "/api/v1/{file}") {
        let path = rule.path.replace("{*", "{");
        let answer = get_of(kind(&path), "", &parameters(&path));
        paths.insert(path, answer);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("An sinh {}", app.config.province_name),
            "summary": "Các địa chỉ công khai; không cần khóa.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Giấy phép dữ liệu mở", "url": app.config.data_licence },
        },
        "servers": [{ "url": super::catalogue::address(app, "/") }],
        "paths": paths,
    })
}

fn parameters(path: &str) -> Vec<&str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
        .collect()
}

fn get_json(table: &Table) -> Value {
    let mut get = get_of("application/json", table.title, &[]);
    get["get"]["responses"]["200"]["content"]["application/json"]["schema"] = answer_schema(table);
    get
}

fn get_of(media: &str, summary: &str, parameters: &[&str]) -> Value {
    let schema = match media {
        "application/octet-stream" => json!({ "type": "string", "format": "binary" }),
        "application/json" | "application/ld+json" => json!({ "type": "object" }),
        _ => json!({ "type": "string" }),
    };
    let mut content = Map::new();
    content.insert(media.to_owned(), json!({ "schema": schema }));
    let page = json!({ "text/html": { "schema": { "type": "string" } } });
    let mut responses = json!({ "200": { "description": "Có", "content": content } });
    // A table may be asked for again with its tag; a page that is not there is a page too.
    responses["304"] = json!({ "description": "Không đổi" });
    responses["303"] = json!({ "description": "Sang trang khác" });
    responses["404"] = json!({ "description": "Không có", "content": page.clone() });
    responses["default"] = json!({ "description": "Lỗi, bằng lời", "content": page });
    let parameter = |name: &&str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    json!({ "get": {
        "summary": summary,
        "parameters": parameters.iter().map(parameter).collect::<Vec<_>>(),
        "responses": responses,
    } })
}
