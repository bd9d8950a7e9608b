;; Makes objects for ever and keeps them.
(module
  (type $link (struct (field (ref null $link))))
  (global $last (mut (ref null $link)) (ref.null $link))
  (func (export "_start") (loop $more (global.set $last (struct.new $link (global.get $last))) (br $more))))
