//! The inputs that the fuzz target starts from, each a rule of multipart bodies.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/multipart_cuts.rs"]
mod cuts;

#[test]
fn what_the_fuzzer_starts_from_holds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/multipart");
    let mut count = 0;
    for entry in fs::read_dir(seeds).unwrap() {
        cuts::check(&fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count >= 12, "{count} seeds");
}
