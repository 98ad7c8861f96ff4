//! One budget for the bodies of all requests: the files of a form, and what holds them.

use std::fs;
use std::io::Read;

use rustzeug::form::Form;
use rustzeug::gateway::Limits;
use rustzeug::{IntoApplication, Request, Result};

use super::budget::{KIB, files, held, server_info};
use crate::common::answer;

#[test]
fn a_file_holds_what_was_received_with_its_last_clone() {
    for (memory, want) in [(KIB << 10, (true, false)), (0, (false, true))] {
        let server_info = server_info(Limits::default().with_memory_bytes(memory));
        let budget = server_info.budget().clone();
        let is_held = || (budget.memory() > 0, budget.disk() > 0);
        let request = Request::blank("/")
            .with_server(server_info)
            .with_multipart(files(2, 1_000));
        let form = request.form().wait().unwrap();
        let file = form.files().next().unwrap().clone();
        let bytes = file.bytes().wait().unwrap();
        drop((request, form));
        assert_eq!(is_held(), want);
        let (clone, reader) = (file.clone(), file.reader());
        drop(file);
        assert_eq!(is_held(), want, "a clone has it");
        drop(clone);
        assert_eq!(is_held(), want, "a reader has it");
        let mut read = Vec::new();
        { reader }.read_to_end(&mut read).unwrap();
        assert_eq!((read.len(), is_held()), (1_000, (false, false)));
        assert_eq!(bytes, vec![b'a'; 1_000], "returned bytes are not counted");
    }
}

#[test]
fn the_body_of_a_file_holds_it_until_it_is_sent() {
    let server_info = server_info(Limits::default());
    let budget = server_info.budget().clone();
    let request = Request::blank("/")
        .with_server(server_info)
        .with_multipart(files(1, 1_000));
    let mut body = request
        .form()
        .wait()
        .unwrap()
        .files()
        .next()
        .unwrap()
        .body();
    drop(request);
    assert!(budget.memory() > 0);
    while body.chunk().wait().unwrap().is_some() {}
    drop(body);
    assert_eq!(budget.memory(), 0);
}

/// The number of open files without a name of exactly this length.
#[cfg(target_os = "linux")]
fn nameless(length: u64) -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap().filter(|entry| {
        let Some(path) = entry.as_ref().ok().map(fs::DirEntry::path) else {
            return false;
        };
        let target = fs::read_link(&path).unwrap_or_default();
        target.to_string_lossy().ends_with("(deleted)")
            && fs::metadata(&path).is_ok_and(|metadata| metadata.len() == length)
    });
    open.count()
}

/// Checks that a form with files of 64 KiB is on disk once, completely; returns the number of files.
#[cfg(target_os = "linux")]
fn checked(request: &Request, form: &Form) -> String {
    for (index, file) in form.files().enumerate() {
        let letter = u8::try_from(b'a' as usize + index % 26).unwrap();
        let mut read = Vec::new();
        file.reader().read_to_end(&mut read).unwrap();
        assert!(read == vec![letter; 64 * KIB], "file {index}");
    }
    let length = request.environ().body_length().unwrap();
    let budget = request.environ().server().budget();
    assert_eq!(held(budget), (0, length), "all of it on disk, once");
    format!("{} in {}", form.files().len(), nameless(length))
}

#[cfg(target_os = "linux")]
async fn checked_later(request: &Request) -> Result<String> {
    let form = request.form().await?;
    Ok(checked(request, &form))
}

#[cfg(target_os = "linux")]
#[test]
fn files_of_a_form_are_ranges_of_one_file_which_is_written_once() {
    let plain = |request: &Request| {
        let form = request.form().wait()?;
        Ok::<_, rustzeug::Error>(checked(request, &form))
    };
    let limits = Limits::default()
        .with_received_body_bytes(32 << 20)
        .with_multipart_bytes(32 << 20);
    // One more byte each, so that their files differ in length from the others.
    let forms = [files(250, 64 * KIB), files(250, 64 * KIB).text("a", "1")];
    let [first, second] = forms.map(|form| {
        let server_info = server_info(limits.clone());
        Request::blank("/")
            .with_server(server_info)
            .with_multipart(form)
    });
    assert_eq!(answer(&plain.into_application(), first).1, "250 in 1");
    assert_eq!(
        answer(&checked_later.into_application(), second).1,
        "250 in 1"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn parts_that_are_stored_share_memory_and_one_file() {
    let server_info = server_info(Limits::default().with_memory_bytes(150_003));
    let budget = server_info.budget().clone();
    let form = files(4, 100_001);
    let request = Request::blank("/")
        .with_server(server_info)
        .with_multipart(form);
    let (mut parts, mut files) = (request.multipart(), Vec::new());
    while let Some(mut part) = parts.next_part().wait().unwrap() {
        files.push(part.store().wait().unwrap());
    }
    let places: Vec<_> = files
        .iter()
        .map(|file| format!("{file:?}").contains("on disk"))
        .collect();
    assert_eq!(places, [false, true, true, true], "the first still fitted");
    assert_eq!(held(&budget), (100_001, 300_003));
    assert_eq!(nameless(300_003), 1);
    for (file, letter) in files.iter().zip(b'a'..) {
        assert!(file.bytes().wait().unwrap() == vec![letter; 100_001]);
    }
    files.remove(0);
    assert_eq!(
        held(&budget),
        (0, 300_003),
        "each file in memory separately"
    );
    files.truncate(1);
    drop(parts);
    assert_eq!(held(&budget), (0, 300_003), "the file as a whole");
    drop(files);
    assert_eq!(held(&budget), (0, 0));
}
