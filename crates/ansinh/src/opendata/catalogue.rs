//! What machines read about the tables: DCAT 3 (W3C) as JSON-LD, and a Table Schema (Frictionless) each.

use serde_json::{Value, json};

use super::memory::{Files, instant};
use super::tables::{Column, Kind, TABLES, Table};
use crate::web::App;

/// Absolute where the installation knows its address, else from the root of the host.
pub(super) fn address(app: &App, path: &str) -> String {
    format!("{}{path}", app.config.public_url.trim_end_matches('/'))
}

/// The catalogue of all tables; `files` in the order of [`TABLES`].
pub(super) fn dcat(app: &App, files: &[std::sync::Arc<Files>]) -> Value {
    let publisher = json!({
        "@type": "foaf:Agent",
        "foaf:name": format!("UBND tỉnh {}", app.config.province_name),
    });
    let set = |(table, files): (&Table, &std::sync::Arc<Files>)| dataset(app, table, files);
    let sets: Vec<Value> = TABLES.iter().zip(files).map(set).collect();
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": address(app, "/du-lieu-mo"),
        "@type": "dcat:Catalog",
        "dct:title": { "@language": "vi", "@value": format!("Dữ liệu mở An sinh {}", app.config.province_name) },
        "dct:language": "vi",
        "dct:license": { "@id": app.config.data_licence },
        "dct:publisher": publisher,
        "dcat:dataset": sets,
    })
}

fn dataset(app: &App, table: &Table, files: &Files) -> Value {
    let at = |ending: &str| address(app, &format!("/api/v1/{}{ending}", table.name));
    let file = |ending: &str, media: &str, size: usize| {
        json!({
            "@type": "dcat:Distribution",
            "@id": at(ending),
            "dcat:downloadURL": { "@id": at(ending) },
            "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{media}") },
            "dcat:byteSize": size,
            "dct:conformsTo": { "@id": at(".schema.json") },
            "dct:license": { "@id": app.config.data_licence },
        })
    };
    json!({
        "@type": "dcat:Dataset",
        "@id": format!("{}#{}", address(app, "/du-lieu-mo"), table.name),
        "dct:identifier": table.name,
        "dct:title": { "@language": "vi", "@value": table.title },
        "dct:description": { "@language": "vi", "@value": table.about },
        "dct:modified": { "@type": "xsd:dateTime", "@value": instant(files.changed) },
        "dct:license": { "@id": app.config.data_licence },
        "dcat:distribution": [
            file(".csv", "text/csv", files.csv.len()),
            file(".json", "application/json", files.json.len()),
        ],
    })
}

/// The schema of a table.
pub(super) fn schema(table: &Table) -> Value {
    let field = |Column(name, about, kind): &Column| {
        let kind = match kind {
            Kind::Text => "string",
            Kind::Whole => "integer",
            Kind::Day => "date",
        };
        json!({ "name": name, "title": about, "type": kind })
    };
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": table.title,
        "description": table.about,
        "fields": table.columns.iter().map(field).collect::<Vec<_>>(),
    })
}

/// The same as JSON Schema for the answer in JSON, as OpenAPI takes it.
pub(super) fn answer_schema(table: &Table) -> Value {
    let property = |Column(name, about, kind): &Column| {
        let schema = match kind {
            Kind::Text => json!({ "type": "string", "description": about }),
            Kind::Whole => json!({ "type": "integer", "description": about }),
            Kind::Day => json!({ "type": "string", "format": "date", "description": about }),
        };
        ((*name).to_owned(), schema)
    };
    let names: Vec<&str> = table.columns.iter().map(|column| column.0).collect();
    let row = json!({
        "type": "object",
        "required": names,
        "properties": table.columns.iter().map(property).collect::<serde_json::Map<_, _>>(),
    });
    json!({
        "type": "object",
        "required": ["bang", "doi", "du_lieu"],
        "properties": {
            "bang": { "type": "string", "const": table.name },
            "doi": { "type": "string", "format": "date-time" },
            "du_lieu": { "type": "array", "items": row },
        },
    })
}
