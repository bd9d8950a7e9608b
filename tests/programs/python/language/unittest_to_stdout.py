import io
import re
import sys
import unittest
from unittest import mock

class Stack:
    def __init__(self, capacity=3):
        self._items, self.capacity = [], capacity

    def push(self, item):
        if len(self._items) >= self.capacity:
            raise OverflowError("stack is full")
        self._items.append(item)

    def pop(self):
        return self._items.pop()

    def __len__(self):
        return len(self._items)

class StackTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.log = []

    def setUp(self):
        self.stack = Stack()
        self.addCleanup(self.log.append, self._testMethodName)

    def test_push_and_pop(self):
        self.stack.push(1)
        self.stack.push("two")
        self.assertEqual(self.stack.pop(), "two")
        self.assertEqual(len(self.stack), 1)

    def test_overflow(self):
        """pushing onto a full stack is an error"""
        with self.assertRaisesRegex(OverflowError, "is full"):
            for i in range(4):
                self.stack.push(i)

    def test_subtests(self):
        for capacity in (0, 1, 2):
            with self.subTest(capacity=capacity):
                s = Stack(capacity)
                s.push(None)
                self.assertTrue(len(s) == 1)

    def test_wrong_expectation(self):
        self.assertListEqual([1, 2, 3], [1, 2, 4], "lists differ here")

    @unittest.skip("not written yet")
    def test_peek(self):
        self.fail()

    @unittest.expectedFailure
    def test_known_bug(self):
        self.assertIs(self.stack.push(1), self.stack)

    def test_with_mock(self):
        item = mock.Mock(name="item")
        item.price.return_value = 7
        self.stack.push(item)
        self.assertEqual(self.stack.pop().price(3, vat=True), 7)
        item.price.assert_called_once_with(3, vat=True)
        with mock.patch.object(Stack, "pop", return_value="patched"):
            self.assertEqual(self.stack.pop(), "patched")

def tidy(text):
    text = re.sub(r"in \d+\.\d+s", "in N s", text)
    return re.sub(r'File "[^"]+"', 'File "..."', text)

if __name__ == "__main__":
    stream = io.StringIO()
    program = unittest.main(argv=["tests"], exit=False, verbosity=2,
                            testRunner=unittest.TextTestRunner(stream=stream, verbosity=2))
    print(tidy(stream.getvalue()))
    r = program.result
    print(r.testsRun, len(r.failures), len(r.errors), len(r.skipped), len(r.expectedFailures), r.wasSuccessful())
    print(StackTest.log)
    sys.exit(not r.wasSuccessful())
