// SPDX-License-Identifier: Apache-2.0
// _retold: what python/retold/ stands on. Long work is done without the GIL.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "binding.hpp"
#include "retold/error.hpp"
#include "retold/report.hpp"
#include "retold/version.hpp"

namespace nb = nanobind;

namespace retold::python {

namespace {

// The same messages: ValueError for options, OSError for what cannot be read or written.
void raise(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const error& e) {
    PyErr_SetString(e.kind() == error_kind::option ? PyExc_ValueError : PyExc_OSError, e.what());
  }
}

}  // namespace
}  // namespace retold::python

NB_MODULE(_retold, m) {
  m.doc() = "The binding of retold; use the package retold.";
  m.attr("version") = retold::version;
  m.attr("signature_version") = retold::signature_version;
  nb::register_exception_translator(retold::python::raise);
  retold::python::add_groups(m);
  retold::python::add_dedup(m);
  retold::python::add_sketches(m);
  retold::python::add_seen(m);
  retold::python::add_spark(m);
  retold::python::add_spark_stories(m);
}
