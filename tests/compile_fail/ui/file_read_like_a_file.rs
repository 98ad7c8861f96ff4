// An uploaded file is read as in Python.
// The message names the type, whose page begins with how it is read.
//
// expect: no method named `read` found for reference `&UploadedFile`
// page: src/data/form/uploaded_file.rs UploadedFile `file.bytes().wait()?`

use rustzeug::{Request, Result, ServeError, serve};

fn upload(request: &Request) -> Result<String> {
    let form = request.form().wait()?;
    let bytes = form.file("photo")?.read()?;
    Ok(format!("{} bytes", bytes.len()))
}

fn main() -> Result<(), ServeError> {
    serve("127.0.0.1:8000", upload)
}
