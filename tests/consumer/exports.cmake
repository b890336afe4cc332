# A shared library shows what the public headers declare, and nothing else.
#
#   cmake -DLIBRARY=libretold.so -DINCLUDE=include -DNM=nm -P exports.cmake
cmake_minimum_required(VERSION 3.24)

file(GLOB headers "${INCLUDE}/retold.h" "${INCLUDE}/retold/*.hpp")
set(declared "")
foreach(header IN LISTS headers)
  file(READ "${header}" text)
  string(APPEND declared "${text}")
endforeach()

execute_process(COMMAND "${NM}" --dynamic --defined-only --demangle "${LIBRARY}" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[0-9a-f]+ [A-Z] [^\n]+" symbols "${symbols}")
set(shown 0)
set(offences "")
foreach(symbol IN LISTS symbols)
  string(REGEX REPLACE "^[0-9a-f]+ [A-Z] " "" name "${symbol}")
  if(name MATCHES "^(typeinfo|vtable|VTT|guard variable)" OR name MATCHES "std::|__gnu_cxx::|boost::exception::")
    continue()  # of a public type, or inline in headers that make it visible themselves, and so in every program that includes them
  endif()
  string(REGEX REPLACE "(\\[abi:[a-z0-9]+\\])|\\(.*" "" name "${name}")
  string(REGEX REPLACE "^.*::~?" "" base "${name}")
  string(REGEX MATCH "(^|[^a-z_])(${base})[^a-z_0-9]" found "${declared}")
  math(EXPR shown "${shown} + 1")
  if(NOT found OR NOT name MATCHES "^retold(::|_)" OR name MATCHES "::state::")
    list(APPEND offences "${name}")
  endif()
endforeach()
if(offences OR shown LESS 100)
  list(JOIN offences "\n" offences)
  message(FATAL_ERROR "${shown} symbols; exported, but in no public header:\n${offences}")
endif()
