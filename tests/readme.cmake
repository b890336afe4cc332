# The C++ example of the README is the program samples/readme.cpp, word for word: what is shown is what is built and run.
file(READ ${ROOT}/README.md readme)
file(READ ${ROOT}/samples/readme.cpp program)
string(FIND "${readme}" "```cpp\n${program}```" at)
if(at EQUAL -1)
  message(FATAL_ERROR "README.md does not show samples/readme.cpp as it is")
endif()
