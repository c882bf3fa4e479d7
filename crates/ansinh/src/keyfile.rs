//! Keys that stand in a file beside the database: 64 hexadecimal digits, mode 0600.

use std::io::Write as _;
use std::path::Path;

use crate::clock::random_bytes;
use crate::identity::{hex, unhex};

/// The key in a file; nothing when there is none that can be read.
pub fn read(path: &Path) -> Option<[u8; 32]> {
    unhex(std::fs::read_to_string(path).ok()?.trim())
}

/// Writes a new key under another name and links it into place: of two servers that begin at once one
/// is first, and both use its key.
///
/// # Errors
/// The file system's.
pub fn make(path: &Path) -> std::io::Result<[u8; 32]> {
    let failed = |_| std::io::Error::other("no randomness");
    let key = random_bytes::<32>().map_err(failed)?;
    let mark = hex(&random_bytes::<4>().map_err(failed)?);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension(mark);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(format!("{}\n", hex(&key)).as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => read(path).ok_or_else(|| std::io::Error::other("the key cannot be read")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_that_make_a_key_one_is_first_and_nobody_else_reads_it() {
        let name = format!("ansinh-key-{}", hex(&random_bytes::<8>().unwrap()));
        let folder = std::env::temp_dir().join(name);
        let path = folder.join("deep").join("ansinh.key");
        let first = make(&path).unwrap();
        assert_eq!(make(&path).unwrap(), first);
        assert_eq!(read(&path), Some(first));
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            let mode = std::fs::metadata(&path).unwrap();
            let mode = std::os::unix::fs::MetadataExt::mode(&mode);
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
