import sys

def find(haystack, needle):
    for i in range(len(haystack)-len(needle)+1):
        if haystack[i:i+len(needle)]==needle: return i
    return -1

text="the quick brown fox jumps over the lazy dog"
for w in ["quick","the","dog","cow","","xyz"]:
    i=find(text,w)
    print(repr(w),i, i==text.find(w))
sys.exit(find(text,"cow"))
