//! Files that a command writes for its user: whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::CliError;

/// A file under another name beside its place, until it is whole. Dropped before
/// [`Draft::appear`], it leaves nothing.
pub(super) struct Draft {
    place: PathBuf,
    beside: PathBuf,
    out: Option<BufWriter<File>>,
}

impl Draft {
    /// Begins a file for a place that [`place_of`] gave. What is there stays until
    /// [`Draft::appear`].
    pub fn begin(place: &Path) -> Result<Self, CliError> {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let beside = place.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let file = File::create(&beside).map_err(|error| unwritable(place, &error))?;
        Ok(Self { place: place.to_owned(), beside, out: Some(BufWriter::new(file)) })
    }

    /// Writes more of it.
    pub fn write(&mut self, text: &str) -> Result<(), CliError> {
        let written = self.out.as_mut().map_or(Ok(()), |out| out.write_all(text.as_bytes()));
        written.map_err(|error| unwritable(&self.place, &error))
    }

    /// Brings all of it to the disk.
    pub fn finish(&mut self) -> Result<(), CliError> {
        let Some(out) = self.out.take() else { return Ok(()) };
        let on_disk = out.into_inner().map_err(io::IntoInnerError::into_error);
        on_disk.and_then(|file| file.sync_all()).map_err(|error| unwritable(&self.place, &error))
    }

    /// Puts the whole file in its place.
    pub fn appear(mut self) -> Result<(), CliError> {
        self.finish()?;
        fs::rename(&self.beside, &self.place).map_err(|error| unwritable(&self.place, &error))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After `appear` there is nothing under that name any more.
        let _ = fs::remove_file(&self.beside);
    }
}

fn unwritable(path: &Path, error: &io::Error) -> CliError {
    CliError::Unreadable(format!(
        "{}: không ghi được ({error}). Xem thư mục có quyền ghi và còn chỗ không, hoặc chọn nơi khác",
        path.display()
    ))
}

/// Where a file to be written will lie, without links on the way; two names of one file give one
/// place.
///
/// # Errors
/// When there is no such folder, or something stands there that is no ordinary file.
pub(super) fn place_of(path: &Path) -> Result<PathBuf, CliError> {
    match fs::metadata(path) {
        Ok(known) if known.is_file() => {
            fs::canonicalize(path).map_err(|error| unwritable(path, &error))
        }
        Ok(_) => Err(CliError::Unreadable(format!(
            "{}: là thư mục hoặc thiết bị, không ghi tệp vào đó được. Chọn tên tệp khác",
            path.display()
        ))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")))
                .map_err(|error| unwritable(path, &error))?;
            Ok(folder.join(path.file_name().unwrap_or_default()))
        }
        Err(error) => Err(unwritable(path, &error)),
    }
}
