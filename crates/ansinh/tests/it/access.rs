//! Every route with every role and area: generated from the router itself, so that a route nobody
//! thought of is a failing test (OWASP ASVS 5.0 §8.2.1–8.2.3, §8.4.1).

mod ground;
mod routes;
mod walk;

use ansinh::web::{RULES, access};

use routes::served;

#[test]
fn every_route_has_its_line_in_the_policy_and_every_line_its_route() {
    let served = served();
    assert!(served.len() > 60, "the router's routes were read: {served:?}");
    let missing: Vec<String> = served
        .iter()
        .filter(|(method, path)| access(method, path).is_none())
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(
        missing.is_empty(),
        "routes without a line in crates/ansinh/src/web/policy.rs (who may come to them?):\n{}",
        missing.join("\n")
    );
    let mut gone = Vec::new();
    for rule in RULES {
        for (method, said) in [("GET", rule.get), ("POST", rule.post)] {
            let here = served.iter().any(|(m, path)| m.as_str() == method && path == rule.path);
            if said.is_some() && !here {
                gone.push(format!("{method} {}", rule.path));
            }
        }
    }
    assert!(gone.is_empty(), "lines in web/policy.rs without a route:\n{}", gone.join("\n"));
}
