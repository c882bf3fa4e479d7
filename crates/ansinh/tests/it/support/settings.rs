//! The same application with other settings.

use std::path::PathBuf;

use ansinh::duties::Kinds;
use ansinh::relief::Catalogue;
use ansinh::web::{App, Parts, router};

use super::TestApp;

impl TestApp {
    /// The same application with parts changed.
    pub fn with(self, change: impl FnOnce(&mut Parts)) -> Self {
        let mut parts = self.parts();
        change(&mut parts);
        let app = App::new(parts);
        Self { router: router(app.clone()), app, ..self }
    }

    /// Where the province signs in with codes.
    pub fn with_second_factor(self) -> Self {
        self.with(|parts| parts.config.second_factor = true)
    }

    /// With another key file of the second factor's secrets.
    pub fn with_key_file(self, path: PathBuf) -> Self {
        self.with(|parts| parts.config.key_file = Some(path))
    }

    /// With other programmes.
    pub fn with_catalogue(self, catalogue: Catalogue) -> Self {
        self.with(|parts| parts.catalogue = catalogue)
    }

    /// After the kinds of duties were read again.
    pub async fn with_kinds(self) -> Self {
        let now = self.app.clock.now();
        let duties = Kinds::load(&self.app.db, &self.app.config, now).await.unwrap();
        self.with(|parts| parts.duties = duties)
    }
}
