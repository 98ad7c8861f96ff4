//! The protocols of web servers in front: FastCGI, SCGI and uwsgi, spoken by a client that is written for the tests.

mod examples;
mod fastcgi;
mod hostile;
mod hosting;
mod lanes;
mod real_fronts;
mod requests;
mod speak;
mod strangers;
