//! Reads policies: from paths to texts, within limits.

use evenhand::Policy;
use evenhand::limits::Limits;
use evenhand::source::Source;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Why a path gives no policy, in words.
pub(crate) type Unreadable = String;

/// The texts of the policies under `paths`, in the order given; those of a folder sorted by path. A path that
/// does not lead to a policy stands as an error in its place. Each file comes once, and is read when its turn
/// comes.
pub(crate) fn sources(
    paths: &[PathBuf],
    limits: &Limits,
) -> impl Iterator<Item = Result<Source, (PathBuf, Unreadable)>> {
    policies(paths)
        .into_iter()
        .map(|found| found.and_then(|path| policy(&path, limits).map_err(|reason| (path, reason))))
}

fn policies(paths: &[PathBuf]) -> Vec<Result<PathBuf, (PathBuf, Unreadable)>> {
    let mut found: Vec<Result<PathBuf, (PathBuf, Unreadable)>> = Vec::new();
    for path in paths {
        let path = path.strip_prefix(".").ok().filter(|it| !it.as_os_str().is_empty()).unwrap_or(path);
        let inside = match path.is_dir() {
            true => in_folder(path),
            false => Ok(vec![path.to_owned()]),
        };
        match inside {
            Ok(files) if files.is_empty() => {
                found
                    .push(Err((path.to_owned(), "the folder has no file that ends in `.policy`".to_owned())));
            }
            Ok(files) => {
                let new = files.into_iter().filter(|file| !found.iter().flatten().any(|it| it == file));
                let new: Vec<_> = new.map(Ok).collect();
                found.extend(new);
            }
            Err((place, error)) => found.push(Err((place, plainly(&error)))),
        }
    }
    found
}

/// All files that end in `.policy`, in this folder and those inside it. Links to folders are not followed,
/// and hidden folders are left out.
fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let at = |error| (folder.clone(), error);
        for entry in fs::read_dir(&folder).map_err(at)? {
            let entry = entry.map_err(at)?;
            let kind = entry.file_type().map_err(at)?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            let path = entry.path();
            let path = path.strip_prefix(".").map_or_else(|_| path.clone(), Path::to_owned);
            if kind.is_dir() && !hidden {
                folders.push(path);
            } else if !kind.is_dir() && path.extension() == Some(OsStr::new("policy")) && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Reads one policy and the files of rows that its tables name. No more is read than the limit allows; a
/// byte-order mark is left out.
pub(crate) fn policy(path: &Path, limits: &Limits) -> Result<Source, Unreadable> {
    if path.is_dir() {
        return Err("expected a policy, found a folder".to_owned());
    }
    let own = file(path, limits)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    // A file that is not there is reported at the table that names it.
    let named = Policy::data_files(&own, limits).into_iter().map(|it| folder.join(it));
    let data: Vec<PathBuf> = named.filter(|it| it.is_file()).collect();
    let mut all = vec![own];
    for path in data {
        let read = file(&path, limits);
        all.push(read.map_err(|reason| format!("the table's file {}: {reason}", path.display()))?);
    }
    Source::joined(&all).ok_or_else(|| "the files are together longer than 4 GiB".to_owned())
}

/// Reads one text, no more of it than the limit allows.
pub(crate) fn file(path: &Path, limits: &Limits) -> Result<Source, Unreadable> {
    let mut bytes = Vec::new();
    let most = limits.source_bytes as u64;
    File::open(path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| plainly(&error))?;
    if bytes.len() > limits.source_bytes {
        return Err(format!("the file has more than {most} bytes, the most that a policy may have"));
    }
    let text = text(&bytes)?;
    Ok(Source::new(&path.to_string_lossy(), text.strip_prefix('\u{feff}').unwrap_or(text)))
}

/// The bytes as text.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Unreadable> {
    std::str::from_utf8(bytes).map_err(|error| {
        let read = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + read.iter().filter(|byte| **byte == b'\n').count();
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        let offset = error.valid_up_to() + 1;
        format!("the text is not UTF-8: line {line} has the byte 0x{byte:02X} (byte {offset} of the text)")
    })
}

/// What the system says, in words.
pub(crate) fn plainly(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        ErrorKind::IsADirectory => "expected a file, found a folder".to_owned(),
        _ => format!("it cannot be read ({error})"),
    }
}
