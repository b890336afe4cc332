# What the documentation shows is what is built and run: each example is a program of the tree, word for word.
#
#   cmake -DROOT=… -P readme.cmake
function(shows document language program)
  file(READ ${ROOT}/${document} text)
  file(READ ${ROOT}/${program} source)
  string(FIND "${text}" "```${language}\n${source}```" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${document} does not show ${program} as it is")
  endif()
endfunction()

shows(README.md cpp samples/readme.cpp)
shows(docs/embedding.md c tests/consumer/main.c)
