//! What the router serves, read from the router.

use axum::http::Method;

/// Every (method, path) of the program. axum has no list of its routes, but its `Debug` form names
/// each with its handlers; when that form changes, nothing is found and the caller's count fails.
pub fn served() -> Vec<(Method, String)> {
    let shown = format!("{:?}", ansinh::web::rooms());
    let shown = shown.split("fallback_router").next().unwrap();
    let (routes, paths) = shown.split_once("node: Node").unwrap();
    let mut found = Vec::new();
    for part in paths.split("RouteId(").skip(1) {
        let (id, rest) = part.split_once("): \"").unwrap();
        let path = rest.split('"').next().unwrap();
        let mark = format!("RouteId({id}): MethodRouter(");
        let Some(handlers) = routes.split(&mark).nth(1) else { continue };
        for (name, method) in [
            ("get", Method::GET),
            ("post", Method::POST),
            ("put", Method::PUT),
            ("patch", Method::PATCH),
            ("delete", Method::DELETE),
        ] {
            let kind = handlers.split(&format!("{name}: ")).nth(1).unwrap();
            if !kind.starts_with("None") {
                found.push((method, path.to_owned()));
            }
        }
    }
    found.sort_by(|a, b| (&a.1, a.0.as_str()).cmp(&(&b.1, b.0.as_str())));
    found
}
